// Memory of this process alone, in huge pages where the kernel has them: for tables of which each
// request looks at another place. See huge_view.hpp for that of all processes.
#pragma once

#include <cstddef>

namespace zenzefi::gateway {

class HugeMemory {
 public:
  // Zeroed. Throws std::bad_alloc.
  explicit HugeMemory(std::size_t size);
  ~HugeMemory();
  HugeMemory(const HugeMemory&) = delete;
  HugeMemory& operator=(const HugeMemory&) = delete;

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::size_t size_;
  std::size_t mapped_;
  void* mapping_;
  void* data_;
};

}  // namespace zenzefi::gateway
