// What was used and has not been handed on yet: sums for each token, address and user agent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "l1/huge_memory.hpp"
#include "shared/usage.hpp"

namespace zenzefi::gateway {

// Whose use it is. `user_agent` is as the client sent it.
struct UsageClient {
  Uuid token_id;
  Uuid user_id;
  std::string_view ip_address;
  std::string_view user_agent;
};

struct UsageAmounts {
  std::uint64_t requests = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  [[nodiscard]] bool any() const noexcept { return (requests | bytes_in | bytes_out) != 0; }
};

// Not thread-safe.
class UsageTable {
 public:
  // With more clients than that, those that are new are no longer told apart by address and agent,
  // only by token; with twice as many there is no room.
  static constexpr std::size_t kClients = 8192;

  // Throws std::bad_alloc.
  UsageTable();

  // What add() finds a client by.
  [[nodiscard]] static std::size_t hash_of(const UsageClient& client) noexcept;

  // Has the processor fetch what add() will look at first, and, once that is there, what it will
  // look at then, while the caller does something else.
  void prefetch(std::size_t hash) const noexcept;
  void prefetch_entry(std::size_t hash) const noexcept;

  // False, and nothing is added, when there is no room or no memory. `hash` is the client's, and
  // `first` not after `last`.
  [[nodiscard]] bool add(const UsageClient& client, std::size_t hash, const UsageAmounts& amounts,
                         Timestamp first, Timestamp last) noexcept;

  // Takes out at most so many.
  [[nodiscard]] std::vector<UsageDelta> take(std::size_t most);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  // As many as entries: each more to go through is another one of memory that no cache holds.
  static constexpr std::size_t kBuckets = 2 * kClients;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  struct Entry {
    UsageDelta delta;
    std::size_t hash = 0;
    std::uint32_t next = kNone;  // in the same bucket
  };

  [[nodiscard]] Entry* find(const UsageClient& client, std::size_t hash) noexcept;
  [[nodiscard]] Entry* make(const UsageClient& client, std::size_t hash) noexcept;
  [[nodiscard]] Entry* find_or_make(const UsageClient& client, std::size_t hash) noexcept;
  void unlink_last() noexcept;

  HugeMemory memory_;
  std::pmr::monotonic_buffer_resource resource_;
  std::pmr::vector<std::uint32_t> buckets_;  // places in `entries_`
  std::pmr::vector<Entry> entries_;
};

}  // namespace zenzefi::gateway
