// Which tokens some worker is asking the auth service about at this moment, so that all workers
// together ask once.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "l1/moment.hpp"
#include "shared/token.hpp"

namespace zenzefi::gateway {

// A view of the words in the zone; cheap to copy. Thread-safe and safe across processes, lock-free.
// Nobody waits here: who finds a token claimed looks at L1 and held() again a little later.
class Claims {
 public:
  static constexpr std::size_t kCount = 4096;
  // [tag 24 | deadline 40, in milliseconds]; 0 is free.
  using Words = std::array<std::atomic<std::uint64_t>, kCount>;

  // The right to ask about one token until its deadline. Whoever dies with it holds it no longer
  // than that; whoever lives and still asks renews it.
  class Claim {
   public:
    // False when another token's claim was in the way: asking is allowed, but nobody will know.
    [[nodiscard]] bool recorded() const noexcept { return word_ != 0; }

   private:
    friend class Claims;
    std::size_t place_ = 0;
    std::uint64_t word_ = 0;
  };

  explicit Claims(Words& words) noexcept : words_(&words) {}

  // Empty while somebody else holds the token's claim. `ttl` is 1 ms at least.
  [[nodiscard]] std::optional<Claim> claim(const TokenHash& hash, Moment now,
                                           std::chrono::milliseconds ttl) noexcept;

  // From now on it ends at `now + ttl`. False when there is nothing to renew: it was never
  // recorded, or its deadline passed and another has it.
  bool renew(Claim& claim, Moment now, std::chrono::milliseconds ttl) noexcept;

  // Only the claim that was given is ended, never a successor's. Put the answer into L1 first.
  void release(const Claim& claim) noexcept;

  [[nodiscard]] bool held(const TokenHash& hash, Moment now) const noexcept;

 private:
  Words* words_;
};

}  // namespace zenzefi::gateway
