// What the module counts about itself, all workers together.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "limits/process_table.hpp"
#include "metrics/histogram.hpp"

namespace zenzefi::gateway {

// Counters only ever grow, over reloads too, until the zone is made anew.
enum class Counter : std::uint8_t {
  kCoalesced,         // requests that joined a look-up that was under way
  kServiceCalls,      //
  kServiceFailures,   // of these, without an answer of use
  kBreakerRefusals,   // look-ups that did not ask because the breaker was open
  kRedisConnections,  // links that came to stand
  kRedisLosses,       // links that failed, while connecting too
  kRedisErrors,       // error replies to look-ups
  kUnreadable,        // records that nobody understands
  kUsageRefused,      // batches that Redis answered with an error; they are sent again
  kUsageLost,         // times that usage was dropped
  kRechecks,          // tokens looked up again because of requests under way
  kCutExpired,        // requests ended early
  kCutRevoked,
  kCutUnknown,
};
inline constexpr std::size_t kCounters = 14;

enum class Timing : std::uint8_t {
  kL1,       // look-ups that L1 answered; one of kSampling is measured
  kRedis,    // look-ups that Redis answered
  kService,  // look-ups that the service answered
  kDrop,     // from a token's revocation until L1 had dropped it
  kCut,      // from a token's revocation until its requests under way were cut
};
inline constexpr std::size_t kTimings = 5;

// A decision is counted by these three, numbered from 0.
struct DecisionKey {
  static constexpr std::size_t kModes = 2;
  static constexpr std::size_t kVerdicts = 8;
  static constexpr std::size_t kOrigins = 5;
  static constexpr std::size_t kAll = kModes * kVerdicts * kOrigins;

  std::size_t mode = 0;
  std::size_t verdict = 0;
  std::size_t origin = 0;

  [[nodiscard]] constexpr std::size_t index() const noexcept {
    return (mode * kVerdicts + verdict) * kOrigins + origin;
  }
};

// Lives in the zone; zero is the beginning.
struct MetricsWords {
  using Word = std::atomic<std::uint64_t>;

  // Workers count in different ones, so that they do not take cache lines from each other.
  struct alignas(64) Stripe {
    std::array<Word, DecisionKey::kAll> decisions;
    std::array<Word, kCounters> counters;
    std::array<Histogram::Words, kTimings> timings;
  };
  // What is so at the moment, by worker.
  struct alignas(64) Gauges {
    Word requests_open;
    Word linked;
  };
  static constexpr std::size_t kStripes = 8;

  std::array<Stripe, kStripes> stripes;
  std::array<Gauges, ProcessTable::kCapacity> gauges;
};

struct MetricsSnapshot {
  std::array<std::uint64_t, DecisionKey::kAll> decisions{};
  std::array<std::uint64_t, kCounters> counters{};
  std::array<Histogram::Snapshot, kTimings> timings{};
  // Of workers that live.
  std::uint64_t workers = 0;
  std::uint64_t workers_linked = 0;
  std::uint64_t requests_open = 0;

  [[nodiscard]] std::uint64_t counter(Counter counter) const noexcept {
    return counters[static_cast<std::size_t>(counter)];
  }
};

// One worker's hand on them. Used from its event loop only; safe beside other processes, lock-free.
class Metrics {
 public:
  static constexpr std::uint32_t kSampling = 64;

  // `number`: any, different between workers where possible.
  Metrics(MetricsWords& words, std::size_t number) noexcept
      : words_(&words), stripe_(&words.stripes[number % MetricsWords::kStripes]) {}
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Where this worker's gauges are; they start at zero. Without a place they are not kept.
  void sits_at(std::optional<std::size_t> place) noexcept {
    if (place) {
      gauges_ = &words_->gauges[*place];
      show_requests(0);
      show_link(false);
    }
  }

  void decided(const DecisionKey& key) noexcept { add(stripe_->decisions[key.index()]); }
  void count(Counter counter) noexcept {
    add(stripe_->counters[static_cast<std::size_t>(counter)]);
  }
  void took(Timing what, std::chrono::nanoseconds time) noexcept {
    Histogram::record(stripe_->timings[static_cast<std::size_t>(what)], time);
  }
  // Reading a clock costs more than what is to be measured.
  [[nodiscard]] bool is_sampled() noexcept { return ++tick_ % kSampling == 0; }

  void show_requests(std::size_t open) noexcept {
    if (gauges_ != nullptr) {
      gauges_->requests_open.store(open, std::memory_order_relaxed);
    }
  }
  void show_link(bool stands) noexcept {
    if (gauges_ != nullptr) {
      gauges_->linked.store(stands ? 1 : 0, std::memory_order_relaxed);
    }
  }

 private:
  // Other workers may share the stripe.
  static void add(MetricsWords::Word& word) noexcept {
    word.fetch_add(1, std::memory_order_relaxed);
  }

  MetricsWords* words_;
  MetricsWords::Stripe* stripe_;
  MetricsWords::Gauges* gauges_ = nullptr;
  std::uint32_t tick_ = 0;
};

// Not of one moment: others go on counting. `processes`: whose gauges count. Looks into /proc.
[[nodiscard]] MetricsSnapshot snapshot_of(const MetricsWords& words,
                                          const ProcessTable& processes) noexcept;

// No worker that lives still waits for its link to Redis, or has lost it. Looks into /proc.
[[nodiscard]] bool all_linked(const MetricsWords& words, const ProcessTable& processes) noexcept;

}  // namespace zenzefi::gateway
