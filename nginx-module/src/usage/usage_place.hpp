// Where a client is in UsageTable.
#pragma once

#include <cstddef>
#include <cstdint>

namespace zenzefi::gateway {

struct UsagePlace {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::size_t hash = 0;
  std::uint32_t entry = kNone;  // where it was; others may be there by now
};

}  // namespace zenzefi::gateway
