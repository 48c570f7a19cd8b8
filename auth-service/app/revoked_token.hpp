// A revoked token as Redis is to know it.
#pragma once

#include <optional>

#include "shared/timestamp.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

struct RevokedToken {
  TokenHash hash;
  // No grant of it ends later, whenever it was read: as long could a fill that was held up bring it
  // back.
  Timestamp end;
  // For measuring how long the news takes to arrive; empty when it is none.
  std::optional<PreciseTimestamp> revoked_at = {};

  friend bool operator==(const RevokedToken&, const RevokedToken&) = default;
};

}  // namespace zenzefi::app
