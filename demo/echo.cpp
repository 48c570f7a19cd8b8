#include "demo/echo.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <utility>

namespace zenzefi::demo {

namespace http = boost::beast::http;

Echo::Echo(boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer,
           RequestParser& parser)
    : stream_(stream), buffer_(buffer), parser_(parser) {}

void Echo::next(Handler handler) {
  if (parser_.is_done()) {
    boost::asio::post(stream_.get_executor(),
                      [handler = std::move(handler)] { handler({}, std::string_view()); });
    return;
  }
  read(std::move(handler));
}

void Echo::read(Handler handler) {
  auto& body = parser_.get().body();
  body.data = piece_.data();
  body.size = piece_.size();
  http::async_read_some(
      stream_, buffer_, parser_,
      [this, handler = std::move(handler)](boost::system::error_code error, std::size_t) {
        if (error == http::error::need_buffer) {
          error = {};
        }
        const std::size_t length = piece_.size() - parser_.get().body().size;
        if (!error && length == 0 && !parser_.is_done()) {
          read(handler);
          return;
        }
        handler(error, std::string_view(piece_.data(), length));
      });
}

}  // namespace zenzefi::demo
