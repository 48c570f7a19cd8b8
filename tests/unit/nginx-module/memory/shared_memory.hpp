// Memory that a forked process shares, as nginx's zones are.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace zenzefi::gateway::test {

// Zeroed; aligned to a page.
class SharedMemory {
 public:
  explicit SharedMemory(std::size_t size)
      : size_(size),
        data_(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (data_ == MAP_FAILED) {
      throw std::bad_alloc{};
    }
  }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory() { munmap(data_, size_); }

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::size_t size_;
  void* data_;
};

}  // namespace zenzefi::gateway::test
