#include "memory/huge_view.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace zenzefi::gateway {
namespace {

// MADV_COLLAPSE of Linux 6.1: older headers do not have it, older kernels refuse it.
constexpr int kCollapse = 25;

std::byte* align(void* address) noexcept {
  const std::size_t over = reinterpret_cast<std::uintptr_t>(address) % kHugePage;
  return static_cast<std::byte*>(address) + (over == 0 ? 0 : kHugePage - over);
}

}  // namespace

HugeView::HugeView(void* memory, std::size_t size) noexcept
    : size_(with_whole_huge_pages(size)),
      data_(static_cast<std::byte*>(memory)),
      is_mapped_(size >= kHugePage && map(memory)) {}

HugeView::~HugeView() {
  if (is_mapped_) {
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

bool HugeView::collapse_next() noexcept {
  if (!is_mapped_ || tried_ + kHugePage > size_) {
    return false;
  }
  std::byte* const at = data_ + std::exchange(tried_, tried_ + kHugePage);
  // What has no memory yet is not collapsed.
  static_cast<void>(*static_cast<volatile std::byte*>(at));
  if (madvise(at, kHugePage, kCollapse) == 0) {
    huge_ += kHugePage;
  } else if (huge_ == 0 && errno == EINVAL) {
    tried_ = size_;  // this kernel does not know how
  }
  return tried_ + kHugePage <= size_;
}

}  // namespace zenzefi::gateway
