// Hashes, grants and times that tests of L1 are made of.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>

#include "l1/moment.hpp"
#include "shared/grant.hpp"
#include "shared/token.hpp"

namespace zenzefi::gateway::test {

// place chooses the set, tag the tag, rest only tells hashes of one place and tag apart.
inline TokenHash hash_with(std::uint32_t place, std::uint16_t tag, std::uint64_t rest) {
  const std::array<std::uint64_t, 4> words{std::uint64_t{place} << 32, tag, rest, ~rest};
  TokenHash hash;
  std::memcpy(hash.bytes.data(), words.data(), sizeof words);
  return hash;
}

inline TokenHash hash_of(std::uint64_t number) {
  return hash_token("token-" + std::to_string(number)).value_or(TokenHash{});
}

constexpr Timestamp at_second(std::int64_t seconds) {
  return Timestamp{std::chrono::seconds{seconds}};
}

constexpr Moment at_ms(std::int64_t milliseconds) {
  return Moment{std::chrono::milliseconds{milliseconds}};
}

inline Grant grant_of_user(std::uint8_t user, Timestamp expires_at) {
  Grant grant;
  grant.user_id.bytes.fill(user);
  grant.token_id.bytes.fill(static_cast<std::uint8_t>(user + 100));
  grant.expires_at = expires_at;
  grant.duration_hours = 24;
  return grant;
}

}  // namespace zenzefi::gateway::test
