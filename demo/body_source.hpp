// A message body that is made or passed on piece by piece, so that its size costs no memory.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <string_view>

namespace zenzefi::demo {

// Used by one connection on the one thread of the server.
class BodySource {
 public:
  // An empty piece is the end of the body. The piece is valid until the next call of next().
  using Handler = std::function<void(boost::system::error_code, std::string_view piece)>;

  BodySource() = default;
  BodySource(const BodySource&) = delete;
  BodySource& operator=(const BodySource&) = delete;
  virtual ~BodySource() = default;

  // Calls the handler once, never from within this call.
  virtual void next(Handler handler) = 0;
};

}  // namespace zenzefi::demo
