#include "tests/support/recording_target.hpp"

#include <strings.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <list>
#include <mutex>
#include <thread>

#include "tests/support/free_port.hpp"

namespace zenzefi::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

constexpr std::uint64_t kMaxBody = 64ULL << 20;

RecordedRequest record(const http::request<http::string_body>& request) {
  RecordedRequest recorded{.method = std::string{request.method_string()},
                           .target = std::string{request.target()},
                           .body = request.body()};
  for (const auto& field : request) {
    recorded.headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  }
  return recorded;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<std::string> RecordedRequest::header(std::string_view name) const {
  const auto values = header_values(name);
  return values.empty() ? std::nullopt : std::optional{values.front()};
}

std::vector<std::string> RecordedRequest::header_values(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [own_name, value] : headers) {
    if (same_name(own_name, name)) {
      values.push_back(value);
    }
  }
  return values;
}

std::string RecordedRequest::everything() const {
  std::string text = method + " " + target + "\n";
  for (const auto& [name, value] : headers) {
    text.append(name).append(": ").append(value).append("\n");
  }
  return text + "\n" + body;
}

struct RecordingTarget::Server {
  Server(Answer with, std::uint16_t on_port)
      : answer{std::move(with)},
        port{on_port != 0 ? on_port : free_port()},
        acceptor{context, tcp::endpoint{asio::ip::address_v4::loopback(), port}} {
    accepting = std::thread{[this] { accept(); }};
  }

  ~Server() {
    stopping = true;
    // Closing alone would leave the thread in accept().
    ::shutdown(acceptor.native_handle(), SHUT_RDWR);
    accepting.join();
    {
      const std::lock_guard guard{lock};
      for (Connection& connection : connections) {
        ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
      }
    }
    for (Connection& connection : connections) {
      connection.thread.join();
    }
  }

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  struct Connection {
    explicit Connection(tcp::socket from) : socket{std::move(from)} {}
    tcp::socket socket;
    std::thread thread;
  };

  void accept() {
    while (!stopping) {
      beast::error_code error;
      tcp::socket socket{context};
      acceptor.accept(socket, error);
      if (error || stopping) {
        continue;
      }
      socket.set_option(tcp::no_delay{true}, error);
      const std::lock_guard guard{lock};
      Connection& connection = connections.emplace_back(std::move(socket));
      connection.thread = std::thread{[this, &connection] { serve(connection); }};
    }
  }

  void serve(Connection& connection) {
    beast::flat_buffer buffer;
    beast::error_code error;
    bool open = true;
    while (open) {
      http::request_parser<http::string_body> parser;
      parser.body_limit(kMaxBody);
      parser.header_limit(64 * 1024);
      http::read(connection.socket, buffer, parser, error);
      if (error) {
        break;
      }
      const auto& request = parser.get();
      const RecordedRequest recorded = remember(record(request));
      if (beast::websocket::is_upgrade(request)) {
        echo(connection, request);
        break;
      }
      open = respond(connection, request, recorded);
    }
    // The descriptor stays open until the server ends: its number is still in use for shutdown().
    ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
  }

  RecordedRequest remember(RecordedRequest request) {
    const std::lock_guard guard{lock};
    requests.push_back(request);
    return request;
  }

  bool respond(Connection& connection, const http::request<http::string_body>& request,
               const RecordedRequest& recorded) {
    const TargetAnswer given = current_answer()(recorded);
    http::response<http::string_body> response{static_cast<http::status>(given.status),
                                               request.version(), given.body};
    for (const auto& [name, value] : given.headers) {
      response.insert(name, value);
    }
    response.keep_alive(request.keep_alive());
    const bool bodiless = given.status == 204 || given.status == 304;
    if (!bodiless) {
      response.prepare_payload();
    }
    beast::error_code error;
    if (request.method() == http::verb::head || bodiless) {
      http::response_serializer<http::string_body> serializer{response};
      http::write_header(connection.socket, serializer, error);
    } else {
      http::write(connection.socket, response, error);
    }
    return !error && response.keep_alive();
  }

  static void echo(Connection& connection, const http::request<http::string_body>& request) {
    beast::websocket::stream<tcp::socket&> stream{connection.socket};
    beast::error_code error;
    stream.accept(request, error);
    while (!error) {
      beast::flat_buffer message;
      stream.read(message, error);
      if (!error) {
        stream.text(stream.got_text());
        stream.write(message.data(), error);
      }
    }
  }

  Answer current_answer() {
    const std::lock_guard guard{lock};
    return answer ? answer : [](const RecordedRequest&) { return TargetAnswer{.body = "ok"}; };
  }

  mutable std::mutex lock;
  Answer answer;
  std::vector<RecordedRequest> requests;
  std::atomic<bool> stopping{false};
  std::uint16_t port;
  asio::io_context context;  // outlives its sockets
  std::list<Connection> connections;
  tcp::acceptor acceptor;
  std::thread accepting;
};

RecordingTarget::RecordingTarget(Answer answer, std::uint16_t port)
    : server_{std::make_unique<Server>(std::move(answer), port)} {}

RecordingTarget::~RecordingTarget() = default;

std::uint16_t RecordingTarget::port() const noexcept {
  return server_->port;
}

std::string RecordingTarget::url() const {
  return "http://127.0.0.1:" + std::to_string(port());
}

void RecordingTarget::answer_with(Answer answer) {
  const std::lock_guard guard{server_->lock};
  server_->answer = std::move(answer);
}

std::vector<RecordedRequest> RecordingTarget::requests() const {
  const std::lock_guard guard{server_->lock};
  return server_->requests;
}

std::size_t RecordingTarget::count() const {
  const std::lock_guard guard{server_->lock};
  return server_->requests.size();
}

RecordedRequest RecordingTarget::last(std::chrono::milliseconds deadline) const {
  await(
      "a request to reach the target", [this] { return count() > 0; }, deadline);
  const std::lock_guard guard{server_->lock};
  return server_->requests.back();
}

void RecordingTarget::clear() {
  const std::lock_guard guard{server_->lock};
  server_->requests.clear();
}

}  // namespace zenzefi::test
