#include "demo/download.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string_view>
#include <utility>

namespace zenzefi::demo {
namespace {

constexpr std::uint64_t kLineSize = 16;
constexpr std::uint64_t kPieceSize = 4096 * kLineSize;

void append_line(std::string& text, std::uint64_t offset) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line(kLineSize, '\n');
  for (std::size_t at = kLineSize - 1; at > 0; --at) {
    line[at - 1] = kDigits[offset % kDigits.size()];
    offset /= kDigits.size();
  }
  text += line;
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
