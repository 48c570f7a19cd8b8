// A second view of shared memory, through huge pages where the kernel has them.
//
// Tokens lie evenly spread over the zone, so nearly every look-up is in another page, and with
// pages of 4 KiB finding out where that page is costs as much as all else. nginx maps a zone
// wherever there is room, and only what is aligned can be mapped through huge pages: hence a
// mapping of our own of the same memory.
#pragma once

#include <cstddef>

namespace zenzefi::gateway {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

// A size of shared memory at which also the end of `size` bytes can be in a huge page.
constexpr std::size_t with_whole_huge_pages(std::size_t size) noexcept {
  return size < kHugePage ? size : (size + kHugePage - 1) / kHugePage * kHugePage;
}

class HugeView {
 public:
  // Of `size` bytes of shared memory from the beginning of its mapping on, which it does not
  // outlive and does not replace.
  HugeView(void* memory, std::size_t size) noexcept;
  ~HugeView();
  HugeView(const HugeView&) = delete;
  HugeView& operator=(const HugeView&) = delete;

  // Where the memory can be found: where it was if it is too small for a huge page.
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  // Puts the next 2 MiB into a huge page, at any time: milliseconds for whoever is the first to do
  // so, of all processes that share the memory. False when that was the last.
  bool collapse_next() noexcept;
  // Bytes that are in huge pages.
  [[nodiscard]] std::size_t huge() const noexcept { return huge_; }

 private:
  [[nodiscard]] bool map(void* memory) noexcept;

  std::size_t size_;  // with what is behind the memory in its last huge page
  std::byte* data_;
  bool is_mapped_;
  std::size_t tried_ = 0;
  std::size_t huge_ = 0;
};

}  // namespace zenzefi::gateway
