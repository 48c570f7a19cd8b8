// Keeps two processes from inserting one key twice: who inserts into a set holds the set's guard.
//
// It is no lock. Who waits in vain for some turns of the scheduler takes the guard away, so that a
// process that was killed or stopped with it holds up nobody for longer. It finds out by
// still_held() before it publishes what it has made.
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>

namespace zenzefi::gateway {

class InsertionGuard {
 public:
  using Word = std::atomic<std::uint64_t>;

  // `ticket`: not 0, and nobody else's.
  InsertionGuard(Word& word, std::uint64_t ticket) noexcept : word_(word), ticket_(ticket) {
    std::uint64_t holder = 0;
    // acquire: sees what the holder before has inserted
    for (int wait = 0; !word_.compare_exchange_weak(holder, ticket_, std::memory_order_acq_rel,
                                                    std::memory_order_relaxed);
         ++wait) {
      if (wait < kWaits) {
        holder = 0;
        pause(wait);
      }
    }
  }
  ~InsertionGuard() {
    std::uint64_t holder = ticket_;
    word_.compare_exchange_strong(holder, 0, std::memory_order_acq_rel, std::memory_order_relaxed);
  }
  InsertionGuard(const InsertionGuard&) = delete;
  InsertionGuard& operator=(const InsertionGuard&) = delete;

  [[nodiscard]] bool still_held() const noexcept {
    return word_.load(std::memory_order_acquire) == ticket_;
  }

 private:
  // An insertion takes a fraction of a microsecond: only a holder that does not run is waited for
  // beyond the first.
  static constexpr int kBusyWaits = 256;
  static constexpr int kWaits = kBusyWaits + 16;

  static void pause(int wait) noexcept {
    if (wait >= kBusyWaits) {
      sched_yield();
    }
  }

  Word& word_;
  std::uint64_t ticket_;
};

}  // namespace zenzefi::gateway
