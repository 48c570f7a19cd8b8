#include "demo/connection.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

#include "demo/routes.hpp"
#include "demo/websocket_echo.hpp"

namespace zenzefi::demo {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

// Longer than a proxy keeps an idle connection, so that it is never this side that closes first.
constexpr std::chrono::minutes kIdleTimeout{5};
constexpr std::uint32_t kHeaderLimit = 64 * 1024;

bool has_body(http::status status) {
  return status != http::status::no_content && status != http::status::not_modified;
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket socket)
    : stream_(std::move(socket)), delay_(stream_.get_executor()) {}

void Connection::start() {
  read_header();
}

void Connection::read_header() {
  parser_.emplace();
  parser_->header_limit(kHeaderLimit);
  parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
  stream_.expires_after(kIdleTimeout);
  http::async_read_header(stream_, buffer_, *parser_,
                          [self = shared_from_this()](error_code error, std::size_t) {
                            if (error) {
                              self->close();
                              return;
                            }
                            self->on_header();
                          });
}

void Connection::on_header() {
  stream_.expires_never();
  if (boost::beast::websocket::is_upgrade(parser_->get())) {
    std::make_shared<WebSocketEcho>(stream_.release_socket(), parser_->get().base())->start();
    return;
  }
  const RouteContext context{parser_->get().base(), stream_.get_executor(),
                             [this] { return std::make_unique<Echo>(stream_, buffer_, *parser_); }};
  reply_ = route(context);
  delay_.expires_after(reply_.delay);
  delay_.async_wait([self = shared_from_this()](error_code error) {
    if (!error) {
      self->begin_reply();
    }
  });
}

void Connection::begin_reply() {
  const auto& request = parser_->get();
  response_.emplace(reply_.status, request.version());
  for (const auto& [name, value] : reply_.headers) {
    response_->insert(name, value);
  }
  response_->keep_alive(request.keep_alive());
  if (!has_body(reply_.status)) {
    reply_.stream.reset();
    reply_.body.clear();
  } else if (!reply_.stream) {
    response_->content_length(reply_.body.size());
  } else if (reply_.stream_length) {
    response_->content_length(*reply_.stream_length);
  } else {
    response_->chunked(true);
  }
  if (request.method() == http::verb::head) {
    reply_.stream.reset();
    reply_.body.clear();
  }
  write_header();
}

void Connection::write_header() {
  response_->body().data = nullptr;
  response_->body().more = true;
  serializer_.emplace(*response_);
  http::async_write_header(stream_, *serializer_,
                           [self = shared_from_this()](error_code error, std::size_t) {
                             if (error) {
                               self->close();
                             } else if (self->reply_.stream) {
                               self->write_stream();
                             } else {
                               self->write_body();
                             }
                           });
}

void Connection::write_body() {
  if (reply_.body.empty()) {
    finish();
    return;
  }
  write_piece(reply_.body, false);
}

void Connection::write_stream() {
  reply_.stream->next([self = shared_from_this()](error_code error, std::string_view piece) {
    if (error) {
      self->close();
      return;
    }
    self->write_piece(piece, !piece.empty());
  });
}

void Connection::write_piece(std::string_view piece, bool more) {
  auto& body = response_->body();
  // The serializer only reads from it.
  body.data = piece.empty() ? nullptr : const_cast<char*>(piece.data());
  body.size = piece.size();
  body.more = more;
  http::async_write(stream_, *serializer_,
                    [self = shared_from_this(), more](error_code error, std::size_t) {
                      if (error && error != http::error::need_buffer) {
                        self->close();
                      } else if (more) {
                        self->write_stream();
                      } else {
                        self->finish();
                      }
                    });
}

void Connection::finish() {
  if (!response_->keep_alive()) {
    close();
    return;
  }
  reply_ = {};
  drain();
}

void Connection::drain() {
  if (parser_->is_done()) {
    rest_of_request_.reset();
    read_header();
    return;
  }
  if (!rest_of_request_) {
    rest_of_request_ = std::make_unique<Echo>(stream_, buffer_, *parser_);
  }
  rest_of_request_->next([self = shared_from_this()](error_code error, std::string_view) {
    if (error) {
      self->close();
      return;
    }
    self->drain();
  });
}

void Connection::close() {
  error_code ignored;
  stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  stream_.close();
}

}  // namespace zenzefi::demo
