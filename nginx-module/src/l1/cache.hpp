// L1: what this machine knows about access tokens, and what is counted for their limits, in memory
// that all nginx processes share.
//
//   zone   head | claims | grants | refusals | connections | rates
//
// Refusals have an eighth of what is behind the claims, so that guessing costs no grant;
// connections (limits/connection_counts.hpp) an eighth, rates (limits/rate_limiter.hpp) a
// sixteenth.
//
// Nobody locks and nobody waits, so a process can be killed anywhere without harm to the others.
// docs/decisions/0001-lock-free-l1.md says why that is safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "l1/breaker.hpp"
#include "l1/claims.hpp"
#include "l1/coverage.hpp"
#include "l1/moment.hpp"
#include "l1/slot_table.hpp"
#include "limits/connection_counts.hpp"
#include "limits/rate_limiter.hpp"
#include "metrics/metrics.hpp"
#include "shared/grant.hpp"
#include "shared/timestamp.hpp"
#include "shared/token.hpp"

namespace zenzefi::gateway {

enum class RefusalReason : std::uint8_t { kUnknown, kExpired, kRevoked };

// What L1 says about a token.
struct Finding {
  enum class Kind : std::uint8_t {
    kMiss,
    kGranted,
    // A grant whose time is up. If it is covered, it is known not to have been extended.
    kExpired,
    kRefused,
  };

  Kind kind = Kind::kMiss;
  // kGranted and kExpired
  Grant grant;
  Coverage::Standing standing;
  // kRefused
  RefusalReason reason = RefusalReason::kUnknown;
};

// When a look-up began: what it finds counts only if the token was not dropped since.
struct Ticket {
  std::uint64_t grants_generation = 0;
  std::uint64_t refusals_generation = 0;
  Moment began;
};

struct Usage {
  // Approximate: a process that is killed while it writes may leave them off by one.
  std::uint64_t slots_used = 0;
  std::uint64_t evicted = 0;
  std::uint64_t slots = 0;
};

// A view of a zone; owns nothing, cheap to copy, holds this process's addresses only. All functions
// are thread-safe, safe across processes, lock-free, and never allocate.
class L1Cache {
 public:
  // Of the memory handed to format() and adopt().
  static constexpr std::size_t kAlignment = 1024;
  [[nodiscard]] static std::size_t min_size() noexcept;

  // Makes a zone of zeroed memory (fresh shared memory is zeroed; it is not touched needlessly).
  // Before any other process uses it. Empty if it is too small or not aligned.
  [[nodiscard]] static std::optional<L1Cache> format(void* memory, std::size_t size) noexcept;

  // The zone that format() made there, with all it holds, also while others use it. Empty unless
  // layout version and size are the same: then the memory must be replaced by a new zone.
  [[nodiscard]] static std::optional<L1Cache> adopt(void* memory, std::size_t size) noexcept;

  // As soon as it is clear that find() will be asked: it waits for memory most of its time.
  void prefetch(const TokenHash& hash) const noexcept { grants_.prefetch(HashWords{hash}); }

  // `now` decides about expiry; `moment` about refusals, and which entries are in use.
  [[nodiscard]] Finding find(const TokenHash& hash, Timestamp now, Moment moment) noexcept;

  // Before asking Redis or the service about a token. `now` must not be later than the call (a
  // cached time is fine).
  [[nodiscard]] Ticket begin(const TokenHash& hash, Moment now) const noexcept;

  // Store the answer. False if it was not: the token (or, rarely, a neighbour) was dropped since
  // the ticket, or too many others write at the same place. The answer is then as good as the
  // moment the look-up began, and no better.
  bool put_grant(const TokenHash& hash, const Grant& grant, const Ticket& ticket, Timestamp now,
                 Moment moment) noexcept;
  bool put_refusal(const TokenHash& hash, RefusalReason reason, const Ticket& ticket, Moment until,
                   Moment moment) noexcept;

  // The token's record has changed. No find() that starts after this returns gives what was known
  // before, and what a look-up under way may bring is never stored. True if a grant stood that
  // holds now, and it was this call that ended it: one of those that drop it at once, at most.
  bool drop(const TokenHash& hash, Timestamp now, Moment moment) noexcept;
  // All records may have changed. As Coverage::restart().
  void drop_all(Moment now) noexcept;

  [[nodiscard]] Coverage coverage() const noexcept;
  [[nodiscard]] Claims claims() const noexcept;
  [[nodiscard]] Breaker breaker(Breaker::Limits limits) const noexcept;

  [[nodiscard]] ConnectionCounts connections() const noexcept { return connections_; }
  [[nodiscard]] RateLimiter rates() const noexcept { return rates_; }

  // What the workers count about themselves, and who they are.
  [[nodiscard]] MetricsWords& metrics() const noexcept;
  [[nodiscard]] ProcessTable processes() const noexcept;

  [[nodiscard]] Usage grants_usage() const noexcept;
  [[nodiscard]] Usage refusals_usage() const noexcept;

 private:
  // expires_at, user_id 2, token_id 2, duration_hours, began
  static constexpr std::size_t kGrantWords = 7;
  // until, reason, began
  static constexpr std::size_t kRefusalWords = 3;

  using Grants = SlotTable<kGrantWords, 1024>;
  using Refusals = SlotTable<kRefusalWords, 64>;
  struct Head;
  struct Layout;

  L1Cache(Head& head, const Layout& layout) noexcept;

  [[nodiscard]] static bool fits(const void* memory, std::size_t size) noexcept;
  // A miss stays one unless there is a refusal.
  void find_refusal(const HashWords& key, Moment moment, Finding& finding) noexcept;

  Head* head_;
  Grants grants_;
  Refusals refusals_;
  ConnectionCounts connections_;
  RateLimiter rates_;
};

}  // namespace zenzefi::gateway
