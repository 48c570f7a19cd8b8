// Names of what the gateway keeps in Redis.
#pragma once

#include <string>
#include <string_view>

#include "shared/token.hpp"

namespace zenzefi {

// Every key with this prefix holds a grant record (see grant.hpp); nginx tracks changes under it.
inline constexpr std::string_view kActiveTokenPrefix = "active_token:";

// Followed by a user's id: how many requests the gateway's nodes have passed in this minute.
inline constexpr std::string_view kProxyRatePrefix = "rate_limit:proxy:";

[[nodiscard]] std::string active_token_key(const TokenHash& hash);

// The hash a key of that form names; empty for any other key.
[[nodiscard]] std::optional<TokenHash> parse_active_token_key(std::string_view key) noexcept;

}  // namespace zenzefi
