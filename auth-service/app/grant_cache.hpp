// Redis as the use cases see it: where nginx finds grants without asking the service.
#pragma once

#include <chrono>

#include "domain/error.hpp"
#include "shared/grant.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

// How long a tombstone outlives a revocation: longer than any look-up that read the database before
// it can take to arrive with its grant.
inline constexpr std::chrono::seconds kTombstoneLifetime{60};

// Thread-safe. Losing everything in it loses nothing but speed. Fails with kUnavailable only,
// within the configured time-out.
class GrantCache {
 public:
  GrantCache() = default;
  GrantCache(const GrantCache&) = delete;
  GrantCache& operator=(const GrantCache&) = delete;
  virtual ~GrantCache() = default;

  // Sets the grant, to live until it expires, unless a record (a tombstone above all) is there: a
  // fill that was overtaken by a revocation changes nothing.
  virtual domain::Result<void> put_if_absent(const TokenHash& hash, const Grant& grant) = 0;

  // Replaces whatever is there, for kTombstoneLifetime.
  virtual domain::Result<void> put_tombstone(const TokenHash& hash) = 0;

  // Deletes every record (after `reset` and `clear`).
  virtual domain::Result<void> clear() = 0;

  virtual domain::Result<void> ping() = 0;
};

}  // namespace zenzefi::app
