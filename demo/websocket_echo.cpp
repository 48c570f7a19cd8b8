#include "demo/websocket_echo.hpp"

#include <boost/beast/websocket/rfc6455.hpp>
#include <utility>

namespace zenzefi::demo {

using boost::system::error_code;

WebSocketEcho::WebSocketEcho(boost::asio::ip::tcp::socket socket, const RequestHeader& handshake)
    : stream_(std::move(socket)), handshake_(handshake) {}

void WebSocketEcho::start() {
  if (handshake_.target().ends_with("/headers")) {
    greeting_ = describe_request(handshake_.base());
  }
  stream_.async_accept(handshake_, [self = shared_from_this()](error_code error) {
    if (!error) {
      self->greet();
    }
  });
}

void WebSocketEcho::greet() {
  if (greeting_.empty()) {
    read();
    return;
  }
  stream_.text(true);
  stream_.async_write(boost::asio::buffer(greeting_),
                      [self = shared_from_this()](error_code error, std::size_t) {
                        if (!error) {
                          self->read();
                        }
                      });
}

void WebSocketEcho::read() {
  stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
    if (!error) {
      self->write();
    }
  });
}

void WebSocketEcho::write() {
  stream_.text(stream_.got_text());
  stream_.async_write(buffer_.data(), [self = shared_from_this()](error_code error, std::size_t) {
    self->buffer_.clear();
    if (!error) {
      self->read();
    }
  });
}

}  // namespace zenzefi::demo
