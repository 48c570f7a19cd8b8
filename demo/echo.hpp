// The body of the request under way as the body of its response.
#pragma once

#include <array>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "demo/body_source.hpp"

namespace zenzefi::demo {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

// Reads from the connection only when the next piece is asked for. The stream, the buffer and the
// parser, whose header is read already, must outlive it.
class Echo final : public BodySource {
 public:
  Echo(boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer, RequestParser& parser);

  void next(Handler handler) override;

 private:
  void read(Handler handler);

  boost::beast::tcp_stream& stream_;
  boost::beast::flat_buffer& buffer_;
  RequestParser& parser_;
  std::array<char, 65536> piece_{};
};

}  // namespace zenzefi::demo
