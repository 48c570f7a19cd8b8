// One sign-in, kept alive by refresh tokens. Its refresh tokens form one family: each is good once,
// and the second use of any of them ends the session.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "shared/timestamp.hpp"
#include "shared/token.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

inline constexpr std::chrono::hours kSessionLifetime{24};
inline constexpr std::chrono::hours kRememberedSessionLifetime{24 * 30};

// In code points.
inline constexpr std::size_t kMaxDeviceInfoLength = 255;
inline constexpr std::size_t kMaxIpAddressLength = 45;  // IPv6 with an embedded IPv4 address

struct Session {
  Uuid id;
  Uuid user_id;
  bool remember_me = false;
  std::string device_info;  // the User-Agent, cut to kMaxDeviceInfoLength
  std::string ip_address;   // as text; empty when unknown
  Timestamp created_at;
  Timestamp expires_at;  // of the newest refresh token
  std::optional<Timestamp> ended_at;

  [[nodiscard]] bool alive_at(Timestamp now) const noexcept {
    return !ended_at && now < expires_at;
  }
  [[nodiscard]] std::chrono::seconds lifetime() const noexcept {
    return remember_me ? kRememberedSessionLifetime : kSessionLifetime;
  }
};

// Only the SHA-256 of a refresh token is ever stored.
struct RefreshToken {
  TokenHash hash;
  Uuid session_id;
  std::optional<Timestamp> used_at;
};

}  // namespace zenzefi::domain
