// A second view of shared memory, through huge pages where the kernel has them.
//
// Tokens lie evenly spread over the zone, so nearly every look-up is in another page, and with
// pages of 4 KiB finding out where that page is costs as much as all else. nginx maps a zone
// wherever there is room, and only what is aligned can be mapped through huge pages: hence a
// mapping of our own of the same memory.
#pragma once

#include <cstddef>

namespace zenzefi::gateway {

class HugeView {
 public:
  // Of `size` bytes of shared memory from the beginning of its mapping on, which it does not
  // outlive and does not replace. All of it is given memory now.
  HugeView(void* memory, std::size_t size) noexcept;
  ~HugeView();
  HugeView(const HugeView&) = delete;
  HugeView& operator=(const HugeView&) = delete;

  // Where the memory can be found; where it was if the kernel, or its size, does not allow more.
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  // Bytes that are in huge pages.
  [[nodiscard]] std::size_t huge() const noexcept { return huge_; }

 private:
  [[nodiscard]] bool map(void* memory) noexcept;
  void collapse() noexcept;

  std::size_t size_;
  std::byte* data_;
  std::size_t huge_ = 0;
};

}  // namespace zenzefi::gateway
