// One client's HTTP/1.1 connection: requests in turn, answered by route(), until it closes or
// becomes a WebSocket.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <memory>
#include <optional>
#include <string_view>

#include "demo/echo.hpp"
#include "demo/reply.hpp"

namespace zenzefi::demo {

// Keeps itself alive while an operation is under way.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(boost::asio::ip::tcp::socket socket);

  void start();

 private:
  using Response = boost::beast::http::response<boost::beast::http::buffer_body>;
  using Serializer = boost::beast::http::response_serializer<boost::beast::http::buffer_body>;

  void read_header();
  void on_header();
  void begin_reply();
  void write_header();
  void write_body();
  void write_stream();
  void write_piece(std::string_view piece, bool more);
  void finish();
  void drain();
  void close();

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer delay_;
  std::optional<RequestParser> parser_;
  std::optional<Response> response_;
  std::optional<Serializer> serializer_;
  std::unique_ptr<Echo> rest_of_request_;
  Reply reply_;
};

}  // namespace zenzefi::demo
