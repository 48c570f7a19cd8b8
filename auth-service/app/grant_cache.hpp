// Redis as the use cases see it: where nginx finds grants without asking the service.
#pragma once

#include <span>
#include <string>

#include "app/revoked_token.hpp"
#include "domain/error.hpp"
#include "shared/grant.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

// Thread-safe. Losing everything in it loses nothing but speed. Fails with kUnavailable only,
// within the configured time-out.
class GrantCache {
 public:
  GrantCache() = default;
  GrantCache(const GrantCache&) = delete;
  GrantCache& operator=(const GrantCache&) = delete;
  virtual ~GrantCache() = default;

  struct HashedGrant {
    TokenHash hash;
    Grant grant;
  };
  // Sets the grants, each to live until it expires, unless a record (a tombstone above all) is
  // there: a fill that was overtaken by a revocation changes nothing. All or, when it fails, any
  // part of them.
  virtual domain::Result<void> put_all_if_absent(std::span<const HashedGrant> grants) = 0;
  domain::Result<void> put_if_absent(const TokenHash& hash, const Grant& grant) {
    const HashedGrant hashed{hash, grant};
    return put_all_if_absent({&hashed, 1});
  }

  // Sets the grant of a token that was made longer. Replaces any record but a tombstone and a grant
  // that ends as late or later: a fill from before the extension does not stay, and of two
  // extensions the one that arrives late does not win. put_if_absent() cannot undo it.
  virtual domain::Result<void> put_extended(const TokenHash& hash, const Grant& grant) = 0;

  // Tombstones, each until its token's end. They replace whatever is there. All or, when it fails,
  // any part of them.
  virtual domain::Result<void> put_tombstones(std::span<const RevokedToken> tokens) = 0;

  // Names the running process and the data it started with: another name means that what was put
  // before may be gone, or undone.
  virtual domain::Result<std::string> incarnation() = 0;

  // Says that every revocation up to now has been put. nginx believes what stands here only while
  // it hears so again and again. False: this has never been said to these data before.
  virtual domain::Result<bool> confirm_delivery() = 0;

  // Deletes every record (after `reset` and `clear`).
  virtual domain::Result<void> clear() = 0;

  virtual domain::Result<void> ping() = 0;
};

}  // namespace zenzefi::app
