// Names of what the gateway keeps in Redis.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "shared/token.hpp"

namespace zenzefi {

// Every key with this prefix holds a grant record (see grant.hpp); nginx tracks changes under it.
inline constexpr std::string_view kActiveTokenPrefix = "active_token:";

// Set again and again, with kDeliveredLifetime, as long as all revocations have come to Redis: its
// age, by Redis's own clock, says since when that may not be so. Never set where no service does
// it.
inline constexpr std::string_view kDeliveredKey = "revocations:delivered";
// Longer than any grant can live.
inline constexpr std::chrono::milliseconds kDeliveredLifetime{std::chrono::hours{11 * 365 * 24}};
// The oldest it may be for grants in Redis to be believed as they stand.
inline constexpr std::chrono::milliseconds kDeliveredAge{3'000};

// Followed by a user's id: how many requests the gateway's nodes have passed in this minute.
inline constexpr std::string_view kProxyRatePrefix = "rate_limit:proxy:";

[[nodiscard]] std::string active_token_key(const TokenHash& hash);

// The hash a key of that form names; empty for any other key.
[[nodiscard]] std::optional<TokenHash> parse_active_token_key(std::string_view key) noexcept;

}  // namespace zenzefi
