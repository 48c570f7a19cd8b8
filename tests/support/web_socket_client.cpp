#include "tests/support/web_socket_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <stdexcept>

namespace zenzefi::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;

struct WebSocketClient::Stream {
  asio::io_context context;
  websocket::stream<tcp::socket> socket{context};
  websocket::response_type response;

  // Runs one asynchronous operation to its end: blocking ones would know no deadline.
  template <typename Start>
  beast::error_code complete(Start&& start, std::chrono::milliseconds deadline) {
    std::optional<beast::error_code> result;
    start([&result](beast::error_code error, auto&&...) { result = error; });
    context.restart();
    context.run_for(deadline);
    if (!result) {
      beast::error_code ignored;
      socket.next_layer().close(ignored);
      context.restart();
      context.run();
      throw TimedOut("the WebSocket's other side said nothing for " +
                     std::to_string(deadline.count()) + " ms");
    }
    return *result;
  }
};

WebSocketClient::WebSocketClient(const WebSocketRequest& request,
                                 std::chrono::milliseconds deadline)
    : stream_{std::make_unique<Stream>()} {
  auto& socket = stream_->socket;
  socket.next_layer().connect({asio::ip::address_v4::loopback(), request.port});
  socket.next_layer().set_option(tcp::no_delay{true});
  socket.set_option(websocket::stream_base::decorator{[&](websocket::request_type& handshake) {
    for (const auto& [name, value] : request.headers) {
      handshake.insert(name, value);
    }
  }});
  const std::string host = "127.0.0.1:" + std::to_string(request.port);
  const auto error = stream_->complete(
      [&](auto done) {
        socket.async_handshake(stream_->response, host, request.target, std::move(done));
      },
      deadline);
  if (error && error != websocket::error::upgrade_declined) {
    throw std::runtime_error("WebSocket handshake: " + error.message());
  }
}

WebSocketClient::~WebSocketClient() = default;
WebSocketClient::WebSocketClient(WebSocketClient&&) noexcept = default;
WebSocketClient& WebSocketClient::operator=(WebSocketClient&&) noexcept = default;

int WebSocketClient::status() const noexcept {
  return static_cast<int>(stream_->response.result_int());
}

const std::string& WebSocketClient::refusal() const noexcept {
  return stream_->response.body();
}

void WebSocketClient::send(const std::string& text) {
  const auto error = stream_->complete(
      [&](auto done) { stream_->socket.async_write(asio::buffer(text), std::move(done)); },
      kPatience);
  ended_ = ended_ || error;
}

std::optional<std::string> WebSocketClient::receive(std::chrono::milliseconds deadline) {
  beast::flat_buffer message;
  const auto error = stream_->complete(
      [&](auto done) { stream_->socket.async_read(message, std::move(done)); }, deadline);
  if (error) {
    ended_ = true;
    return std::nullopt;
  }
  return beast::buffers_to_string(message.data());
}

void WebSocketClient::close() {
  static_cast<void>(stream_->complete(
      [&](auto done) {
        stream_->socket.async_close(websocket::close_code::normal, std::move(done));
      },
      kPatience));
  ended_ = true;
}

}  // namespace zenzefi::test
