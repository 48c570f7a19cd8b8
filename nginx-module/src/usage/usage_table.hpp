// What was used and has not been handed on yet: sums for each token, address and user agent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "memory/huge_memory.hpp"
#include "shared/usage.hpp"
#include "usage/usage_place.hpp"

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

// Clients are kept for some rounds of take(), for most of them come again. Not thread-safe.
class UsageTable {
 public:
  // With more clients than that, those that are new are no longer told apart by address and agent,
  // only by token; with twice as many there is no room.
  static constexpr std::size_t kClients = 16384;
  // Rounds without use after which a client is forgotten.
  static constexpr std::uint32_t kForgottenAfter = 10;

  // Throws std::bad_alloc.
  UsageTable();

  // Where add() will look for the client.
  [[nodiscard]] static std::size_t hash_of(const UsageClient& client) noexcept;

  // Has the processor fetch what find_place() looks at, and what add() does, while the caller does
  // something else.
  void prefetch(std::size_t hash) const noexcept;
  void prefetch(const UsagePlace& place) const noexcept;
  [[nodiscard]] UsagePlace find_place(std::size_t hash) const noexcept;

  // False, and nothing is added, when there is no room or no memory. `place` is the client's from
  // whatever time, `first` is not after `last`, and something was used.
  [[nodiscard]] bool add(const UsageClient& client, const UsagePlace& place,
                         const UsageAmounts& amounts, Timestamp first, Timestamp last) noexcept;

  // Hands what at most so many clients have used to `out`, a batch that has add(). When that
  // throws, the client's use is still here.
  template <typename Batch>
  void take(std::size_t most, Batch& out) {
    for (; most > 0 && used_ > 0; --most) {
      Entry& entry = next_used();
      out.add(entry.delta);
      begin_anew(entry);
    }
  }

  // Clients whose use is here; none when it is empty.
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  // Clients that are known.
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  // As many as entries: each more to go through is another one of memory that no cache holds.
  static constexpr std::size_t kBuckets = 2 * kClients;
  static constexpr std::uint32_t kNone = UsagePlace::kNone;

  struct Entry {
    UsageDelta delta;
    std::size_t hash = 0;
    std::uint32_t next = kNone;  // in the same bucket
    std::uint32_t idle = 0;      // rounds
    bool is_used = false;        // what next_used() finds
  };

  [[nodiscard]] Entry* find(const UsageClient& client, const UsagePlace& place) noexcept;
  [[nodiscard]] Entry* make(const UsageClient& client, std::size_t hash) noexcept;
  [[nodiscard]] Entry* find_or_make(const UsageClient& client, const UsagePlace& place) noexcept;
  void make_room() noexcept;

  [[nodiscard]] Entry& next_used() noexcept;
  void begin_anew(Entry& entry) noexcept;
  void remove(std::uint32_t place) noexcept;
  [[nodiscard]] std::uint32_t& link_to(std::uint32_t place) noexcept;

  HugeMemory memory_;
  std::pmr::monotonic_buffer_resource resource_;
  std::pmr::vector<std::uint32_t> buckets_;  // places in `entries_`
  std::pmr::vector<Entry> entries_;
  std::size_t used_ = 0;      // entries
  std::uint32_t next_ = 0;    // a round goes down from the last to the first
  std::uint32_t victim_ = 0;  // where make_room() looks
};

}  // namespace zenzefi::gateway
