// A slice of a list.
#pragma once

#include <cstdint>
#include <vector>

namespace zenzefi::domain {

inline constexpr std::uint32_t kMaxPageLimit = 100;

struct PageRequest {
  std::uint32_t limit = 20;  // 1 to kMaxPageLimit
  std::uint64_t offset = 0;
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::uint64_t total = 0;
  PageRequest request;
};

}  // namespace zenzefi::domain
