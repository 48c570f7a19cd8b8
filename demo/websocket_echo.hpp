// A WebSocket (RFC 6455) that sends back every message, text as text and binary as binary.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <memory>
#include <string>

#include "demo/routes.hpp"

namespace zenzefi::demo {

// Keeps itself alive while an operation is under way.
class WebSocketEcho final : public std::enable_shared_from_this<WebSocketEcho> {
 public:
  // With a path that ends in "/headers", the first message is describe_request() of the handshake.
  WebSocketEcho(boost::asio::ip::tcp::socket socket, const RequestHeader& handshake);

  void start();

 private:
  void greet();
  void read();
  void write();

  boost::beast::websocket::stream<boost::beast::tcp_stream> stream_;
  boost::beast::http::request<boost::beast::http::string_body> handshake_;
  boost::beast::flat_buffer buffer_;
  std::string greeting_;
};

}  // namespace zenzefi::demo
