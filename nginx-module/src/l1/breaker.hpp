// A circuit breaker that all workers share: keeps requests from queueing up behind a service that
// does not answer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "l1/moment.hpp"

namespace zenzefi::gateway {

// A view of one word in the zone and its limits; cheap to copy. Thread-safe and safe across
// processes, lock-free.
//
//   closed ──failures in a row──► open ──open_for has passed──► one probe
//     ▲                            ▲                              │    │
//     │                            └──────────── failure ─────────┘    │
//     └────────────────────────────── success ─────────────────────────┘
class Breaker {
 public:
  struct Limits {
    std::uint16_t failures = 5;
    std::chrono::milliseconds open_for{1000};
    // A probe that has not reported by then counts for nothing, and the next request is the probe.
    std::chrono::milliseconds probe_for{5000};
  };

  // Leave to ask the service once.
  class Permit {
   public:
    [[nodiscard]] bool is_probe() const noexcept { return probing_ != 0; }

   private:
    friend class Breaker;
    std::uint64_t probing_ = 0;
  };

  // [until 48, in milliseconds | failures in a row 16]; until is 0 while closed.
  using Word = std::atomic<std::uint64_t>;

  Breaker(Word& word, Limits limits) noexcept : word_(&word), limits_(limits) {}

  // Empty while the service is not to be asked. After each time of being open one caller, among all
  // processes, gets a permit, and nobody else until that one has reported or probe_for has passed.
  [[nodiscard]] std::optional<Permit> allow(Moment now) noexcept;

  // The service has answered, whatever it said.
  void succeeded() noexcept;
  // The service has not answered, or said that it cannot. While open, only the probe's report
  // counts: what was asked before the breaker opened may fail much later.
  void failed(const Permit& permit, Moment now) noexcept;

  [[nodiscard]] bool is_open(Moment now) const noexcept;

 private:
  Word* word_;
  Limits limits_;
};

}  // namespace zenzefi::gateway
