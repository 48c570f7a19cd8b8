// What is sold: the right to pass nginx for some hours, counted from the first use.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "shared/grant.hpp"
#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

enum class TokenStatus {
  kUnused,   // bought, clock not started
  kActive,   // from the first use, for `duration_hours`
  kExpired,  // from the second `expires_at` on
  kRevoked,  // whatever else happened
};

// "unused", "active", "expired", "revoked".
[[nodiscard]] std::string_view to_string(TokenStatus status) noexcept;
[[nodiscard]] std::optional<TokenStatus> parse_token_status(std::string_view text) noexcept;

// Ten years, extensions included.
inline constexpr std::uint32_t kMaxDurationHours = 10 * 365 * 24;

struct AccessToken {
  Uuid id;
  Uuid user_id;
  TokenHash hash;
  std::string sealed;  // the token itself, encrypted; see app::TokenSealer
  std::uint32_t duration_hours = 0;
  Money price_paid;
  Timestamp created_at;
  std::optional<Timestamp> activated_at;
  std::optional<Timestamp> revoked_at;

  [[nodiscard]] TokenStatus status_at(Timestamp now) const noexcept;

  // Unused or active: what the contract calls `is_active`.
  [[nodiscard]] bool usable_at(Timestamp now) const noexcept;

  [[nodiscard]] std::chrono::seconds duration() const noexcept;

  // Never stored: always `activated_at` plus the duration. Empty before the first use.
  [[nodiscard]] std::optional<Timestamp> expires_at() const noexcept;

  // No grant of it, had before `now` or after, ends later.
  [[nodiscard]] Timestamp latest_end(Timestamp now) const noexcept;

  // The whole duration before the first use, nothing once expired or revoked.
  [[nodiscard]] std::chrono::seconds remaining_at(Timestamp now) const noexcept;

  // What a revocation at `now` gives back: the price paid times the unused share of the time,
  // rounded half-even to 0.01.
  [[nodiscard]] Money refund_at(Timestamp now) const;

  // What nginx may remember. Requires `activated_at`.
  [[nodiscard]] Grant grant() const;
};

}  // namespace zenzefi::domain
