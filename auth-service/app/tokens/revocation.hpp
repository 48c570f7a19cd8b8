// The one way access ends before its time, whoever ends it: the token's owner, an administrator, or
// the deactivation of the account.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "domain/access_token.hpp"
#include "domain/money.hpp"

namespace zenzefi::app {

// Of one token.
struct Revocation {
  domain::Money refund;
  domain::Money new_balance;
  PendingInvalidation invalidation;
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
  std::vector<PendingInvalidation> invalidations;
};
[[nodiscard]] domain::Result<Revocations> revoke_all_locked(
    Transaction& transaction, Entropy& entropy, std::span<const domain::AccessToken> tokens,
    domain::Money balance, const Uuid& actor_id, Timestamp now);

// The same for one.
[[nodiscard]] domain::Result<Revocation> revoke_locked(Transaction& transaction, Entropy& entropy,
                                                       const domain::AccessToken& token,
                                                       domain::Money balance, const Uuid& actor_id,
                                                       Timestamp now);

// Brings the tombstones to Redis at once. What Redis does not confirm stays in the outbox.
void deliver_tombstones(Database& database, GrantCache& cache,
                        const std::vector<PendingInvalidation>& invalidations);

}  // namespace zenzefi::app
