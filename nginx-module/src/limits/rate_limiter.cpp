#include "limits/rate_limiter.hpp"

#include <algorithm>
#include <cstring>

#include "l1/checksum.hpp"
#include "memory/fetch_ahead.hpp"

namespace zenzefi::gateway {
namespace {

constexpr int kTagShift = 48;
constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTagShift) - 1;
constexpr std::uint64_t kBusyTag = 0xFFFF;
constexpr std::uint64_t kTags = 0xFFFE;
// Longer than any process needs to write three words, unless it is dead.
constexpr std::uint64_t kAbandonedAfter = 10'000'000;
constexpr std::uint64_t kHashSeed = 0x6c'69'6d'69'74;

constexpr std::uint64_t tag_of(std::uint64_t state) noexcept {
  return state >> kTagShift;
}
constexpr std::uint64_t time_of(std::uint64_t state) noexcept {
  return state & kTimeMask;
}
constexpr std::uint64_t state_of(std::uint64_t tag, std::uint64_t time) noexcept {
  return tag << kTagShift | (time & kTimeMask);
}

std::uint64_t microseconds(Moment moment) noexcept {
  return milliseconds_of(moment) * 1000;
}

// Windows are minutes apart.
constexpr std::uint32_t kWindowTolerance = 2;

constexpr std::uint32_t window_of(std::uint64_t tally) noexcept {
  return static_cast<std::uint32_t>(tally >> 32);
}
constexpr std::uint32_t total_of(std::uint64_t tally) noexcept {
  return static_cast<std::uint32_t>(tally);
}
constexpr std::uint64_t tally_with(std::uint32_t window, std::uint32_t total) noexcept {
  return std::uint64_t{window} << 32 | total;
}
std::uint32_t seconds(Moment moment) noexcept {
  return static_cast<std::uint32_t>(milliseconds_of(moment) / 1000);
}

constexpr bool is_free(std::uint64_t state, std::uint64_t now) noexcept {
  if (tag_of(state) == kBusyTag) {
    return time_of(state) + kAbandonedAfter < now;
  }
  return time_of(state) <= now;
}

}  // namespace

struct RateLimiter::Key {
  Owner owner{};
  std::uint64_t tag = 0;
  std::uint64_t place = 0;

  Key(const Uuid& id, std::chrono::microseconds interval) noexcept {
    std::memcpy(owner.data(), id.bytes.data(), sizeof id.bytes);
    owner[2] = static_cast<std::uint64_t>(interval.count());
    const std::uint64_t hash = Checksum{kHashSeed}.add(owner).value();
    tag = 1 + (hash & 0xFFFF) % kTags;
    place = hash >> 32;
  }

  [[nodiscard]] bool owns(const std::array<Word, 3>& words) const noexcept {
    // acquire: who sees a word of a new owner sees that the state has changed, too
    return words[0].load(std::memory_order_acquire) == owner[0] &&
           words[1].load(std::memory_order_acquire) == owner[1] &&
           words[2].load(std::memory_order_acquire) == owner[2];
  }
};

struct RateLimiter::Request {
  std::uint64_t now = 0;
  std::uint64_t tolerance = 0;
  // added to the TAT
  std::uint64_t cost = 0;
  // the latest TAT there may be afterwards
  std::uint64_t latest = 0;
};

// Which owner it will be is not known yet.
void RateLimiter::prefetch(const Uuid& id, const RateLimit& limit) const noexcept {
  const Set& set = set_of(Key{id, limit.interval});
  fetch_ahead(&set.states);
  fetch_ahead(&set.owners[0]);
  fetch_ahead(&set.owners[3]);
  fetch_ahead(&set.owners[6]);
}

auto RateLimiter::allow(const Uuid& id, const RateLimit& limit, Moment now) noexcept -> Answer {
  const auto tolerance = static_cast<std::uint64_t>(limit.tolerance.count());
  const auto interval = static_cast<std::uint64_t>(limit.interval.count());
  return count(Key{id, limit.interval}, {microseconds(now), tolerance, interval, kTimeMask});
}

void RateLimiter::charge(const Uuid& id, const RateLimit& limit, std::uint32_t requests,
                         Moment now) noexcept {
  const std::uint64_t time = microseconds(now);
  const auto interval = static_cast<std::uint64_t>(limit.interval.count());
  const auto longest = std::chrono::microseconds{limit.tolerance + kLongestDebt};
  const std::uint64_t latest = time + static_cast<std::uint64_t>(longest.count());
  count(Key{id, limit.interval}, {time, kTimeMask, interval * requests, latest});
}

// A bucket that has another owner by now is told apart by its tally, which is 0 at first.
void RateLimiter::reported(const Uuid& id, const RateLimit& limit,
                           std::uint32_t requests) noexcept {
  Word* word = tally_of(Key{id, limit.interval});
  std::uint64_t tally = word == nullptr ? 0 : word->load(std::memory_order_relaxed);
  while (tally != 0 && !word->compare_exchange_weak(
                           tally, tally_with(window_of(tally), total_of(tally) + requests),
                           std::memory_order_relaxed)) {
  }
}

void RateLimiter::heard(const Uuid& id, const RateLimit& limit, std::uint32_t total,
                        Moment window_end, Moment now) noexcept {
  Word* word = tally_of(Key{id, limit.interval});
  if (word == nullptr) {
    return;
  }
  const std::uint32_t window = seconds(window_end);
  std::uint64_t tally = word->load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    // Ends are reckoned from times that differ a little.
    const bool is_same = window <= window_of(tally) + kWindowTolerance;
    if (is_same && total <= total_of(tally)) {
      return;
    }
    next = tally_with(is_same ? window_of(tally) : window, total);
  } while (!word->compare_exchange_weak(tally, next, std::memory_order_relaxed));
  if (window_of(next) == window_of(tally)) {
    charge(id, limit, total - total_of(tally), now);
  }
}

auto RateLimiter::set_of(const Key& key) const noexcept -> Set& {
  return sets_[(key.place * count_) >> 32];
}

auto RateLimiter::tally_of(const Key& key) const noexcept -> Word* {
  Set& set = set_of(key);
  for (std::size_t way = 0; way < kWays; ++way) {
    const bool is_its = tag_of(set.states[way].load(std::memory_order_acquire)) == key.tag &&
                        key.owns(set.owners[way]);
    if (is_its) {
      return &set.tallies[way];
    }
  }
  return nullptr;
}

auto RateLimiter::count(const Key& key, const Request& request) noexcept -> Answer {
  Set& set = set_of(key);
  for (;;) {
    if (const auto answer = find_and_count(set, key, request)) {
      return *answer;
    }
    if (const auto answer = insert(set, key, request)) {
      return *answer;
    }
  }
}

// Empty if there is no bucket of that key. Repeats only when somebody else has changed the bucket
// meanwhile.
auto RateLimiter::find_and_count(Set& set, const Key& key, const Request& request) noexcept
    -> std::optional<Answer> {
  for (std::size_t way = 0; way < kWays; ++way) {
    Word& word = set.states[way];
    std::uint64_t state = word.load(std::memory_order_acquire);
    while (tag_of(state) == key.tag && key.owns(set.owners[way])) {
      const std::uint64_t tat = std::max(time_of(state), request.now);
      if (tat - request.now > request.tolerance) {
        return Answer{false, std::chrono::microseconds{tat - request.now - request.tolerance}};
      }
      const std::uint64_t after = std::max(tat, std::min(tat + request.cost, request.latest));
      if (word.compare_exchange_weak(state, state_of(key.tag, after), std::memory_order_acq_rel,
                                     std::memory_order_acquire)) {
        return Answer{true, {}};
      }
    }
  }
  return std::nullopt;
}

// Empty if the guard was lost.
auto RateLimiter::insert(Set& set, const Key& key, const Request& request) noexcept
    -> std::optional<Answer> {
  const std::size_t guard_index = static_cast<std::size_t>(&set - sets_) % words_->guards.size();
  const InsertionGuard guard{words_->guards[guard_index],
                             words_->tickets.fetch_add(1, std::memory_order_relaxed) + 1};
  if (const auto answer = find_and_count(set, key, request)) {
    return answer;
  }
  const std::size_t way = clear_a_way(set, request.now);
  if (way == kWays) {
    return Answer{true, {}};
  }
  for (std::size_t i = 0; i < key.owner.size(); ++i) {
    // release: see Key::owns()
    set.owners[way][i].store(key.owner[i], std::memory_order_release);
  }
  set.tallies[way].store(0, std::memory_order_relaxed);
  std::uint64_t busy = state_of(kBusyTag, request.now);
  const std::uint64_t tat = std::min(request.now + request.cost, request.latest);
  const bool held = guard.still_held();
  // Fails when this process was taken for dead.
  const bool published =
      set.states[way].compare_exchange_strong(busy, held ? state_of(key.tag, tat) : 0,
                                              std::memory_order_acq_rel, std::memory_order_relaxed);
  return held && published ? std::optional{Answer{true, {}}} : std::nullopt;
}

// Under the guard: marks a way as being filled. kWays if others are at all of them.
std::size_t RateLimiter::clear_a_way(Set& set, std::uint64_t now) noexcept {
  for (;;) {
    std::size_t chosen = kWays;
    std::uint64_t held = 0;
    for (std::size_t way = 0; way < kWays; ++way) {
      const std::uint64_t state = set.states[way].load(std::memory_order_acquire);
      if (is_free(state, now)) {
        chosen = way;
        held = state;
        break;
      }
      const bool earlier = chosen == kWays || time_of(state) < time_of(held);
      if (tag_of(state) != kBusyTag && earlier) {
        chosen = way;
        held = state;
      }
    }
    if (chosen == kWays) {
      return kWays;
    }
    const bool in_use = !is_free(held, now);
    // acq_rel, with the stores that follow: no word of the new owner is seen before this.
    if (set.states[chosen].compare_exchange_strong(
            held, state_of(kBusyTag, now), std::memory_order_acq_rel, std::memory_order_relaxed)) {
      words_->forgotten.fetch_add(in_use ? 1 : 0, std::memory_order_relaxed);
      return chosen;
    }
  }
}

}  // namespace zenzefi::gateway
