#include "demo/download.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <utility>

namespace zenzefi::demo {
namespace {

constexpr std::uint64_t kLineSize = 16;
constexpr std::uint64_t kPieceSize = 4096 * kLineSize;

void append_line(std::string& text, std::uint64_t offset) {
  char line[kLineSize + 1];
  std::snprintf(line, sizeof line, "%015llx\n", static_cast<unsigned long long>(offset));
  text.append(line, kLineSize);
}

}  // namespace

Download::Download(boost::asio::any_io_executor executor, std::uint64_t size)
    : executor_(std::move(executor)), size_(size) {}

void Download::next(Handler handler) {
  const std::uint64_t length = std::min(kPieceSize, size_ - offset_);
  piece_.clear();
  while (piece_.size() < length) {
    append_line(piece_, offset_ + piece_.size());
  }
  piece_.resize(length);
  offset_ += length;
  boost::asio::post(
      executor_, [this, handler = std::move(handler)] { handler({}, std::string_view(piece_)); });
}

}  // namespace zenzefi::demo
