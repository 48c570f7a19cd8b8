// A body of any size whose every byte can be foretold.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstdint>
#include <string>

#include "demo/body_source.hpp"

namespace zenzefi::demo {

// Lines of 16 bytes: the offset of the line in 15 hexadecimal digits and a newline; the last line
// is cut where the size ends.
class Download final : public BodySource {
 public:
  Download(boost::asio::any_io_executor executor, std::uint64_t size);

  void next(Handler handler) override;

 private:
  boost::asio::any_io_executor executor_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
  std::string piece_;
};

}  // namespace zenzefi::demo
