// The one way access ends before its time, whoever ends it: the token's owner, an administrator, or
// the deactivation of the account.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "domain/access_token.hpp"
#include "domain/money.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

struct PendingTombstone {
  std::int64_t outbox_id = 0;
  RevokedToken token;
};

// Of one token.
struct Revocation {
  domain::Money refund;
  domain::Money new_balance;
  PendingTombstone tombstone;
};

// kNotFound without a token, kConflict for one that is revoked or expired at `now`.
[[nodiscard]] domain::Result<void> require_usable(const std::optional<domain::AccessToken>& token,
                                                  Timestamp now);

// Marks tokens of one account revoked, gives back their unused shares, and leaves the invalidations
// in the outbox; as many statements for ten thousand as for one. Requires the rows of the owner,
// whose balance this is, and of the tokens to be locked, in this order, and tokens that are usable.
// kRuleViolated: the balance would outgrow what can be stored.
struct Revocations {
  domain::Money refunded;
  domain::Money new_balance;
  std::vector<PendingTombstone> tombstones;
};
[[nodiscard]] domain::Result<Revocations> revoke_all_locked(
    Transaction& transaction, Entropy& entropy, std::span<const domain::AccessToken> tokens,
    domain::Money balance, const Uuid& actor_id, Timestamp now);

// The same for one.
[[nodiscard]] domain::Result<Revocation> revoke_locked(Transaction& transaction, Entropy& entropy,
                                                       const domain::AccessToken& token,
                                                       domain::Money balance, const Uuid& actor_id,
                                                       Timestamp now);

// Brings the tombstones to Redis at once, as of now. What Redis does not confirm stays in the
// outbox.
void deliver_tombstones(Database& database, GrantCache& cache, const Clock& clock,
                        const std::vector<PendingTombstone>& tombstones);

}  // namespace zenzefi::app
