#include "app/tokens/revocation.hpp"

#include "app/balance.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

AuditLog::NewEntry audit_entry(const domain::AccessToken& token, domain::Money refund,
                               const Uuid& actor_id) {
  return {.action = domain::AuditAction::kTokenRevoked,
          .account_id = token.user_id,
          .actor_id = actor_id,
          .target_type = domain::AuditTarget::kToken,
          .target_id = token.id,
          .detail = {{"refund_amount", refund.to_string()}}};
}

}  // namespace

domain::Result<void> require_usable(const std::optional<domain::AccessToken>& token,
                                    Timestamp now) {
  if (!token) {
    return domain::fail(ErrorCode::kNotFound, "Token not found");
  }
  switch (token->status_at(now)) {
    case domain::TokenStatus::kRevoked:
      return domain::fail(ErrorCode::kConflict, "Token is already revoked");
    case domain::TokenStatus::kExpired:
      return domain::fail(ErrorCode::kConflict, "Token has expired");
    case domain::TokenStatus::kUnused:
    case domain::TokenStatus::kActive:
      break;
  }
  return {};
}

domain::Result<Revocation> revoke_locked(Transaction& transaction, Entropy& entropy,
                                         const domain::AccessToken& token, domain::Money balance,
                                         const Uuid& actor_id, Timestamp now) {
  const domain::Money refund = token.refund_at(now);
  if (const auto fits = require_balance_fits(balance, refund); !fits) {
    return tl::unexpected{fits.error()};
  }
  transaction.tokens().mark_revoked(token.id, now);
  if (refund > domain::Money{}) {
    balance = transaction.ledger()
                  .book({entropy.uuid(), token.user_id, refund, domain::TransactionType::kRefund,
                         "Refund for the unused time of an access token", token.id})
                  .balance_after;
  }
  const PendingInvalidation invalidation = transaction.outbox().add(token.hash);
  transaction.audit().append(audit_entry(token, refund, actor_id));
  return Revocation{refund, balance, invalidation};
}

void deliver_tombstones(Database& database, GrantCache& cache,
                        const std::vector<PendingInvalidation>& invalidations) {
  std::vector<TokenHash> hashes;
  std::vector<std::int64_t> ids;
  for (const PendingInvalidation& invalidation : invalidations) {
    hashes.push_back(invalidation.hash);
    ids.push_back(invalidation.id);
  }
  if (hashes.empty() || !cache.put_tombstones(hashes)) {
    return;  // DeliverInvalidations goes on until Redis has them.
  }
  // Should this fail, the tombstones are delivered once more, which changes nothing.
  static_cast<void>(database.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.outbox().remove(ids);
    return {};
  }));
}

}  // namespace zenzefi::app
