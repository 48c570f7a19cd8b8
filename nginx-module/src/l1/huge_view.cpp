#include "l1/huge_view.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
// MADV_COLLAPSE of Linux 6.1: older headers do not have it, older kernels refuse it.
constexpr int kCollapse = 25;

std::byte* align(void* address) noexcept {
  const std::size_t over = reinterpret_cast<std::uintptr_t>(address) % kHugePage;
  return static_cast<std::byte*>(address) + (over == 0 ? 0 : kHugePage - over);
}

}  // namespace

HugeView::HugeView(void* memory, std::size_t size) noexcept
    : size_(size), data_(static_cast<std::byte*>(memory)) {
  if (size_ < kHugePage || !map(memory)) {
    return;
  }
  collapse();
  if (huge_ == 0) {
    munmap(data_, size_);
    data_ = static_cast<std::byte*>(memory);
  }
}

HugeView::~HugeView() {
  if (huge_ != 0) {
    munmap(data_, size_);
  }
}

bool HugeView::map(void* memory) noexcept {
  const std::size_t room = size_ + kHugePage;
  void* reserved =
      mmap(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) {
    return false;
  }
  std::byte* const start = align(reserved);
  // With an old size of 0 the memory stays where it was, too.
  if (mremap(memory, 0, size_, MREMAP_MAYMOVE | MREMAP_FIXED, start) == MAP_FAILED) {
    munmap(reserved, room);
    return false;
  }
  data_ = start;
  return true;
}

void HugeView::collapse() noexcept {
  for (std::size_t at = 0; at + kHugePage <= size_; at += kHugePage) {
    // What has no memory yet is not collapsed.
    static_cast<void>(*static_cast<volatile std::byte*>(data_ + at));
    if (madvise(data_ + at, kHugePage, kCollapse) == 0) {
      huge_ += kHugePage;
    } else if (huge_ == 0) {
      return;  // nor will the others
    }
  }
}

}  // namespace zenzefi::gateway
