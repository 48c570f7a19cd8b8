// What was decided about a request, and how.
#pragma once

#include <cstdint>
#include <string_view>

#include "l1/cache.hpp"
#include "shared/grant.hpp"

namespace zenzefi::gateway {

enum class Verdict : std::uint8_t {
  kGranted,
  kMissing,      // no token
  kMalformed,    // what was sent cannot be a token
  kUnknown,      // never sold
  kExpired,      // its time is up
  kRevoked,      // taken back
  kLimited,      // the token is good, but its holder has had enough
  kUnavailable,  // nobody could be asked: neither yes nor no
};

// Who gave the answer.
enum class Origin : std::uint8_t { kNobody, kL1, kRedis, kService, kNegative };

struct Decision {
  Verdict verdict = Verdict::kUnavailable;
  Origin origin = Origin::kNobody;
  Grant grant;  // with kGranted and kLimited; with kExpired as far as it is known
  // With a 429 or 503, in seconds.
  std::uint32_t retry_after = 1;

  [[nodiscard]] bool granted() const noexcept { return verdict == Verdict::kGranted; }
  // The token is good, and `grant` says whose it is.
  [[nodiscard]] bool is_identified() const noexcept {
    return granted() || verdict == Verdict::kLimited;
  }
};

constexpr Verdict verdict_of(RefusalReason reason) noexcept {
  switch (reason) {
    case RefusalReason::kUnknown:
      return Verdict::kUnknown;
    case RefusalReason::kExpired:
      return Verdict::kExpired;
    case RefusalReason::kRevoked:
      return Verdict::kRevoked;
  }
  return Verdict::kUnavailable;
}

// As `$access_token_reason` has it; empty for a grant.
constexpr std::string_view reason_name(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kGranted:
      return {};
    case Verdict::kMissing:
      return "missing";
    case Verdict::kMalformed:
      return "malformed";
    case Verdict::kUnknown:
      return "unknown";
    case Verdict::kExpired:
      return "expired";
    case Verdict::kRevoked:
      return "revoked";
    case Verdict::kLimited:
      return "limited";
    case Verdict::kUnavailable:
      return "unavailable";
  }
  return {};
}

// As `$access_token_cache` has it.
constexpr std::string_view origin_name(Origin origin) noexcept {
  switch (origin) {
    case Origin::kNobody:
      return "-";
    case Origin::kL1:
      return "L1";
    case Origin::kRedis:
      return "REDIS";
    case Origin::kService:
      return "SERVICE";
    case Origin::kNegative:
      return "NEGATIVE";
  }
  return "-";
}

}  // namespace zenzefi::gateway
