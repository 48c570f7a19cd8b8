// A web server to put behind the gateway, for demonstrations and tests.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>

#include "demo/server.hpp"

namespace {

void serve(const std::string& address, std::uint16_t port) {
  boost::asio::io_context context(1);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });

  zenzefi::demo::Server server(context, {boost::asio::ip::make_address(address), port});
  server.start();
  std::cout << "listening on http://" << server.endpoint() << std::endl;
  context.run();
}

}  // namespace

int main(int argc, char** argv) try {
  CLI::App app{"A web server to put behind the gateway, for demonstrations and tests."};
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  app.add_option("--address", address, "Address to listen on")->capture_default_str();
  app.add_option("--port", port, "Port to listen on; 0 takes a free one, printed first");
  CLI11_PARSE(app, argc, argv);
  serve(address, port);
  return 0;
} catch (const std::exception& error) {
  static_cast<void>(std::fputs("zenzefi-demo-target: cannot serve: ", stderr));
  static_cast<void>(std::fputs(error.what(), stderr));
  static_cast<void>(std::fputs("\n", stderr));
  return 1;
}
