#include "l1/breaker.hpp"

namespace zenzefi::gateway {
namespace {

constexpr int kFailureBits = 16;
constexpr std::uint64_t kFailureMask = 0xFFFF;

std::uint64_t until(std::uint64_t word) noexcept {
  return word >> kFailureBits;
}

std::uint64_t failures(std::uint64_t word) noexcept {
  return word & kFailureMask;
}

std::uint64_t make(std::uint64_t until, std::uint64_t failures) noexcept {
  return until << kFailureBits | failures;
}

}  // namespace

// All is in one word, and nothing else is published by it: relaxed is enough. The
// compare-and-swap alone makes one caller the probe.
std::optional<Breaker::Permit> Breaker::allow(Moment now) noexcept {
  Permit permit;
  std::uint64_t word = word_->load(std::memory_order_relaxed);
  do {
    if (until(word) == 0) {
      return Permit{};
    }
    if (milliseconds_of(now) < until(word)) {
      return std::nullopt;
    }
    permit.probing_ = make(milliseconds_of(now + limits_.probe_for), failures(word));
  } while (!word_->compare_exchange_weak(word, permit.probing_, std::memory_order_relaxed));
  return permit;
}

void Breaker::succeeded() noexcept {
  // Written only on a change: every answer of the service passes here.
  if (word_->load(std::memory_order_relaxed) != 0) {
    word_->store(0, std::memory_order_relaxed);
  }
}

void Breaker::failed(const Permit& permit, Moment now) noexcept {
  const std::uint64_t reopened = milliseconds_of(now + limits_.open_for);
  std::uint64_t word = word_->load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    if (until(word) != 0) {
      // A probe that is no longer the one waited for does not count either.
      if (word != permit.probing_) {
        return;
      }
      next = make(reopened, failures(word));
    } else {
      const std::uint64_t count = failures(word) + 1;
      next = make(count < limits_.failures ? 0 : reopened, count);
    }
  } while (!word_->compare_exchange_weak(word, next, std::memory_order_relaxed));
}

bool Breaker::is_open(Moment now) const noexcept {
  return milliseconds_of(now) < until(word_->load(std::memory_order_relaxed));
}

}  // namespace zenzefi::gateway
