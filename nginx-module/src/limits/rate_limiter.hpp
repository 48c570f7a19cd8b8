// How fast somebody's requests may come, over all processes: the generic cell rate algorithm (GCRA,
// ITU-T I.371 annex A) in its virtual-scheduling form, one atomic word for each bucket.
//
//   A bucket is the moment at which it will be empty (the "theoretical arrival time", TAT).
//   A request passes if TAT - now <= tolerance, and then TAT = max(TAT, now) + interval.
//
// So within any time t at most 1 + (tolerance + t) / interval requests pass.
//
// Set of a bucket (chosen by a hash of owner and interval), all words std::atomic and lock-free:
//
//   line 0   8 states: [tag 16 | TAT 48, microseconds of Moment's clock]; 0 is empty; tag 0xFFFF:
//            being filled since that time
//   line 1   8 tallies: [end of window 32, seconds of that clock | requests 32]
//   then     8 owners: id (2 words), interval
//
// A state changes by compare-and-swap alone. Whoever has read a state, then its owner, and then
// swaps that very state, has charged that owner: a state of another owner differs in its tag, and
// while an owner is being replaced the state says so.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "l1/moment.hpp"
#include "limits/insertion_guard.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::gateway {

struct RateLimit {
  // between two requests; at least 1 microsecond
  std::chrono::microseconds interval{};
  // how far ahead of that rate requests may come: `burst` intervals
  std::chrono::microseconds tolerance{};
};

// A view; owns nothing, cheap to copy. All functions are thread-safe, also across processes, and
// never allocate. A process can be killed anywhere: at worst the request it was counting counts.
//
// Limits of one owner share a bucket if they have the same interval, and only then.
//
// A set that is full of buckets in use loses the one that would be empty first, which gives its
// owner at most one burst too many; forgotten() counts them.
class RateLimiter {
 public:
  static constexpr std::size_t kWays = 8;

  struct Answer {
    bool allowed = false;
    // Of a refusal: the earliest time at which a request may pass. Never 0.
    std::chrono::microseconds retry_after{};
  };

  using Word = std::atomic<std::uint64_t>;
  // What all sets share; lives in the zone as well.
  struct Words {
    std::array<Word, 64> guards;
    Word tickets;
    Word forgotten;
  };

  [[nodiscard]] static constexpr std::size_t size_of(std::size_t sets) noexcept {
    return sets * sizeof(Set);
  }
  [[nodiscard]] static constexpr std::size_t sets_within(std::size_t bytes) noexcept {
    const std::size_t sets = bytes / sizeof(Set);
    return sets < kMaxSets ? sets : kMaxSets;
  }

  // `memory` of size_of(sets) bytes, aligned to 64, is zero (no buckets) or holds such sets.
  RateLimiter(void* memory, std::size_t sets, Words& words) noexcept
      : sets_(static_cast<Set*>(memory)), count_(sets), words_(&words) {}

  // Has the processor fetch what allow() will look at, while the caller does something else.
  void prefetch(const Uuid& id, const RateLimit& limit) const noexcept;

  // Counts a request that passes. `now` may be a cached time: an early one only refuses more.
  [[nodiscard]] Answer allow(const Uuid& id, const RateLimit& limit, Moment now) noexcept;

  // Counts requests that have passed elsewhere, though they may be more than the limit allows; at
  // most `kLongestDebt` of waiting comes of it.
  void charge(const Uuid& id, const RateLimit& limit, std::uint32_t requests, Moment now) noexcept;
  static constexpr std::chrono::seconds kLongestDebt{60};

  // Several machines that add what they pass to one counter, which begins anew with each window,
  // hold one limit together, nearly: reported() when a number was sent there, heard() when the
  // counter's value comes back. What neither reported() on this machine nor heard() knew of has
  // passed on others, and is charged. It cannot be told when it passed, so it counts as of now; the
  // first value of a window, or of a bucket, says only where counting begins. Both do nothing for a
  // bucket that is not there.
  void reported(const Uuid& id, const RateLimit& limit, std::uint32_t requests) noexcept;
  void heard(const Uuid& id, const RateLimit& limit, std::uint32_t total, Moment window_end,
             Moment now) noexcept;

  [[nodiscard]] std::size_t buckets() const noexcept { return count_ * kWays; }
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return words_->forgotten.load(std::memory_order_relaxed);
  }

 private:
  using Owner = std::array<std::uint64_t, 3>;
  struct alignas(64) Set {
    std::array<Word, kWays> states;
    std::array<Word, kWays> tallies;
    std::array<std::array<Word, 3>, kWays> owners;
  };
  static constexpr std::size_t kMaxSets = 0xFFFFFFFF;

  static_assert(Word::is_always_lock_free);
  static_assert(sizeof(Set) == 40 * kWays);

  struct Key;
  struct Request;

  [[nodiscard]] std::optional<Answer> find_and_count(Set& set, const Key& key,
                                                     const Request& request) noexcept;
  [[nodiscard]] std::optional<Answer> insert(Set& set, const Key& key,
                                             const Request& request) noexcept;
  [[nodiscard]] std::size_t clear_a_way(Set& set, std::uint64_t now) noexcept;
  Answer count(const Key& key, const Request& request) noexcept;
  [[nodiscard]] Set& set_of(const Key& key) const noexcept;
  [[nodiscard]] Word* tally_of(const Key& key) const noexcept;

  Set* sets_;
  std::size_t count_;
  Words* words_;
};

}  // namespace zenzefi::gateway
