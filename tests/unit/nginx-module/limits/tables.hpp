// Tables of the limits, in memory that forked processes share.
#pragma once

#include <cstdint>
#include <cstring>

#include "limits/connection_counts.hpp"
#include "limits/rate_limiter.hpp"
#include "tests/unit/nginx-module/l1/samples.hpp"
#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::gateway::test {

inline Uuid id_of(std::uint64_t number) {
  const std::uint64_t words[] = {number, ~number};
  Uuid id;
  std::memcpy(id.bytes.data(), words, sizeof words);
  return id;
}

inline HashWords token_of(std::uint64_t number) {
  return HashWords{hash_of(number)};
}

// `Table` is RateLimiter or ConnectionCounts.
template <typename Table>
class SharedTable {
 public:
  explicit SharedTable(std::size_t sets)
      : memory_(Table::size_of(sets)),
        words_(sizeof(typename Table::Words)),
        table_(memory_.data(), sets, *static_cast<typename Table::Words*>(words_.data())) {}

  Table* operator->() noexcept { return &table_; }
  Table& operator*() noexcept { return table_; }
  // What the sets begin with: for tests that know what stands there.
  [[nodiscard]] typename Table::Word& word(std::size_t index) const noexcept {
    return static_cast<typename Table::Word*>(memory_.data())[index];
  }

 private:
  SharedMemory memory_;
  SharedMemory words_;
  Table table_;
};

}  // namespace zenzefi::gateway::test
