#include "l1/claims.hpp"

#include "l1/hash_words.hpp"

namespace zenzefi::gateway {
namespace {

// 34 years of milliseconds.
constexpr int kDeadlineBits = 40;
constexpr std::uint64_t kDeadlineMask = (std::uint64_t{1} << kDeadlineBits) - 1;

std::uint64_t deadline_of(Moment moment) noexcept {
  return milliseconds_of(moment) & kDeadlineMask;
}

// Tag 0 is left out, so that no claim looks free.
std::uint64_t tag_of(const HashWords& key) noexcept {
  return (1 + (key.tag_bits() & 0xFFFFFF) % 0xFFFFFF) << kDeadlineBits;
}

bool is_live(std::uint64_t word, Moment now) noexcept {
  return (word & kDeadlineMask) > deadline_of(now);
}

bool has_tag(std::uint64_t word, std::uint64_t tag) noexcept {
  return (word & ~kDeadlineMask) == tag;
}

}  // namespace

// One place for each token: the one compare-and-swap there decides who owns the claim. acq_rel
// pairs it with release(), so that the next owner sees what the last one has put into L1.
std::optional<Claims::Claim> Claims::claim(const TokenHash& hash, Moment now,
                                           std::chrono::milliseconds ttl) noexcept {
  const HashWords key{hash};
  const std::uint64_t tag = tag_of(key);
  Claim claim;
  claim.place_ = key.place_among(kCount);
  auto& place = (*words_)[claim.place_];
  std::uint64_t current = place.load(std::memory_order_acquire);
  do {
    if (is_live(current, now)) {
      return has_tag(current, tag) ? std::nullopt : std::optional{claim};
    }
    claim.word_ = tag | deadline_of(now + ttl);
  } while (!place.compare_exchange_weak(current, claim.word_, std::memory_order_acq_rel,
                                        std::memory_order_acquire));
  return claim;
}

bool Claims::renew(Claim& claim, Moment now, std::chrono::milliseconds ttl) noexcept {
  if (!claim.recorded()) {
    return false;
  }
  const std::uint64_t renewed = (claim.word_ & ~kDeadlineMask) | deadline_of(now + ttl);
  std::uint64_t expected = claim.word_;
  if (!(*words_)[claim.place_].compare_exchange_strong(expected, renewed, std::memory_order_acq_rel,
                                                       std::memory_order_relaxed)) {
    return false;
  }
  claim.word_ = renewed;
  return true;
}

void Claims::release(const Claim& claim) noexcept {
  std::uint64_t expected = claim.word_;
  if (claim.recorded()) {
    (*words_)[claim.place_].compare_exchange_strong(expected, 0, std::memory_order_acq_rel,
                                                    std::memory_order_relaxed);
  }
}

bool Claims::held(const TokenHash& hash, Moment now) const noexcept {
  const HashWords key{hash};
  // acquire: who sees the claim gone sees the answer in L1
  const std::uint64_t word = (*words_)[key.place_among(kCount)].load(std::memory_order_acquire);
  return is_live(word, now) && has_tag(word, tag_of(key));
}

}  // namespace zenzefi::gateway
