// How often something took how long.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace zenzefi::gateway {

// One shape for all, from less than the time of an L1 hit to more than any time-out.
class Histogram {
 public:
  using Nanoseconds = std::chrono::nanoseconds;

  // A bucket holds what took that long or less, and longer than the one before allows.
  static constexpr std::array<Nanoseconds, 24> kBounds = [] {
    using std::chrono::microseconds;
    using std::chrono::milliseconds;
    return std::array<Nanoseconds, 24>{
        Nanoseconds{100},  Nanoseconds{250},   Nanoseconds{500},   microseconds{1},
        microseconds{2},   microseconds{5},    microseconds{10},   microseconds{25},
        microseconds{50},  microseconds{100},  microseconds{250},  microseconds{500},
        milliseconds{1},   milliseconds{2},    milliseconds{5},    milliseconds{10},
        milliseconds{25},  milliseconds{50},   milliseconds{100},  milliseconds{250},
        milliseconds{500}, milliseconds{1000}, milliseconds{2500}, milliseconds{5000}};
  }();
  static constexpr std::size_t kBuckets = kBounds.size() + 1;  // the last has no bound

  // Lives in the zone; zero is empty.
  struct Words {
    std::array<std::atomic<std::uint64_t>, kBuckets> buckets;
    std::atomic<std::uint64_t> nanoseconds;  // all together
  };
  struct Snapshot {
    std::array<std::uint64_t, kBuckets> buckets{};
    std::uint64_t nanoseconds = 0;
  };

  static void record(Words& words, Nanoseconds took) noexcept {
    const Nanoseconds time = std::max(took, Nanoseconds{0});
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), time) - kBounds.begin();
    words.buckets[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    words.nanoseconds.fetch_add(static_cast<std::uint64_t>(time.count()),
                                std::memory_order_relaxed);
  }

  static void add(const Words& words, Snapshot& to) noexcept {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      to.buckets[i] += words.buckets[i].load(std::memory_order_relaxed);
    }
    to.nanoseconds += words.nanoseconds.load(std::memory_order_relaxed);
  }
};

}  // namespace zenzefi::gateway
