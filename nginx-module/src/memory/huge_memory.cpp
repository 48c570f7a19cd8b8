#include "memory/huge_memory.hpp"

#include <sys/mman.h>

#include <memory>
#include <new>

#include "memory/huge_view.hpp"

namespace zenzefi::gateway {

HugeMemory::HugeMemory(std::size_t size)
    : size_(with_whole_huge_pages(size)),
      mapped_(size_ + kHugePage),
      mapping_(mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
      data_(mapping_) {
  if (mapping_ == MAP_FAILED) {
    throw std::bad_alloc();
  }
  std::size_t room = mapped_;
  std::align(kHugePage, size_, data_, room);
  // A kernel without huge pages refuses; small ones do as well.
  static_cast<void>(madvise(data_, size_, MADV_HUGEPAGE));
}

HugeMemory::~HugeMemory() {
  munmap(mapping_, mapped_);
}

}  // namespace zenzefi::gateway
