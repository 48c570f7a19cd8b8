// The record under `active_token:{sha256}` in Redis. Its JSON is an interface: other programs write
// it too.
//
//   grant
//     {"user_id":"<uuid>","token_id":"<uuid>","expires_at":"<ISO 8601>","duration_hours":24}
//   tombstone
//     {"revoked":true,"revoked_at":"<ISO 8601>"}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi {

// The right to pass until `expires_at`, that second excluded.
struct Grant {
  Uuid user_id;
  Uuid token_id;
  Timestamp expires_at;
  std::uint32_t duration_hours = 0;

  friend bool operator==(const Grant&, const Grant&) = default;

  [[nodiscard]] bool expired_at(Timestamp now) const noexcept { return now >= expires_at; }
};

// Says that the token was revoked, for as long as a look-up from before could still write a grant:
// until every grant of it has ended.
struct Tombstone {
  // Only for measuring; empty where it is not known.
  std::optional<PreciseTimestamp> revoked_at = {};

  friend bool operator==(const Tombstone&, const Tombstone&) = default;
};

using GrantRecord = std::variant<Grant, Tombstone>;

inline constexpr std::size_t kMaxGrantRecordLength = 4096;

// Unknown fields are ignored, `duration_hours` may be missing, and `expires_at` is read as
// parse_timestamp() says. `"revoked": true` makes a tombstone whatever else stands there, and a
// `revoked_at` that cannot be read is left out. Empty for
// anything else, over-long or too deeply nested text included: then nobody is let in.
[[nodiscard]] std::optional<GrantRecord> parse_grant_record(std::string_view json) noexcept;

[[nodiscard]] std::string format_grant_record(const GrantRecord& record);

}  // namespace zenzefi
