#include "l1/coverage.hpp"

#include <algorithm>

namespace zenzefi::gateway {
namespace {

void raise(std::atomic<std::uint64_t>& word, std::uint64_t to) noexcept {
  std::uint64_t current = word.load(std::memory_order_relaxed);
  while (current < to && !word.compare_exchange_weak(current, to, std::memory_order_release,
                                                     std::memory_order_relaxed)) {
  }
}

}  // namespace

Coverage::Standing Coverage::standing(Moment began) const noexcept {
  // `through` first, with acquire: who starts a new cover raises `since` before it raises `through`
  // with release, so whoever sees the later end sees the later beginning, too.
  const Moment proven = through();
  const bool covered = began > since();
  return {covered ? std::max(began, proven) : began, covered};
}

void Coverage::advance(Moment standing_since, Moment proven_through,
                       std::chrono::milliseconds tolerance) noexcept {
  const std::uint64_t from = milliseconds_of(standing_since);
  const std::uint64_t to = milliseconds_of(proven_through);
  std::uint64_t current = words_->through.load(std::memory_order_acquire);
  // Strictly, here and in standing(): a moment is a whole millisecond, and part of it lies before
  // the event that it is the time of.
  while (from < current && current < to) {
    // The cover only ever grows, so that what was contiguous with less is so with more.
    if (words_->through.compare_exchange_weak(current, to, std::memory_order_acq_rel,
                                              std::memory_order_acquire)) {
      return;
    }
  }
  if (from >= current && to > current + static_cast<std::uint64_t>(tolerance.count())) {
    raise(words_->since, from);
    raise(words_->through, to);
  }
}

void Coverage::restart(Moment now) noexcept {
  raise(words_->since, milliseconds_of(now));
}

Moment Coverage::through() const noexcept {
  return moment_of(words_->through.load(std::memory_order_acquire));
}

Moment Coverage::since() const noexcept {
  return moment_of(words_->since.load(std::memory_order_acquire));
}

}  // namespace zenzefi::gateway
