// Accepts connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace zenzefi::demo {

class Server {
 public:
  // Listens at once; port 0 takes a free one. Throws boost::system::system_error when it cannot.
  Server(boost::asio::io_context& context, const boost::asio::ip::tcp::endpoint& endpoint);

  [[nodiscard]] boost::asio::ip::tcp::endpoint endpoint() const;
  void start();

 private:
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
};

}  // namespace zenzefi::demo
