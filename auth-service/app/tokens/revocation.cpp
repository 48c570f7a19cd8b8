#include "app/tokens/revocation.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>

#include "app/balance.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

// Few enough that Redis answers in time, and answers others in between.
constexpr std::size_t kTombstonesAtOnce = 500;

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

domain::Result<Revocations> revoke_all_locked(Transaction& transaction, Entropy& entropy,
                                              std::span<const domain::AccessToken> tokens,
                                              domain::Money balance, const Uuid& actor_id,
                                              Timestamp now) {
  std::vector<Uuid> ids;
  std::vector<TokenHash> hashes;
  std::map<decltype(TokenHash::bytes), Timestamp> ends;
  std::vector<Ledger::Refund> refunds;
  std::vector<AuditLog::NewEntry> entries;
  Revocations revocations{{}, balance, {}};
  for (const domain::AccessToken& token : tokens) {
    const domain::Money refund = token.refund_at(now);
    ids.push_back(token.id);
    hashes.push_back(token.hash);
    ends.emplace(token.hash.bytes, token.latest_end(now));
    entries.push_back(audit_entry(token, refund, actor_id));
    if (refund > domain::Money{}) {
      refunds.push_back({entropy.uuid(), token.id, refund});
      revocations.refunded = revocations.refunded + refund;
    }
  }
  if (const auto fits = require_balance_fits(balance, revocations.refunded); !fits) {
    return tl::unexpected{fits.error()};
  }
  transaction.tokens().mark_revoked(ids, now);
  if (!refunds.empty()) {
    revocations.new_balance = transaction.ledger().book_refunds(
        tokens.front().user_id, "Refund for the unused time of an access token", refunds);
  }
  for (const PendingInvalidation& pending : transaction.outbox().add(hashes)) {
    revocations.tombstones.push_back({pending.id, {pending.hash, ends.at(pending.hash.bytes)}});
  }
  transaction.audit().append_all(entries);
  return revocations;
}

domain::Result<Revocation> revoke_locked(Transaction& transaction, Entropy& entropy,
                                         const domain::AccessToken& token, domain::Money balance,
                                         const Uuid& actor_id, Timestamp now) {
  return revoke_all_locked(transaction, entropy, {&token, 1}, balance, actor_id, now)
      .map([](const Revocations& all) {
        return Revocation{all.refunded, all.new_balance, all.tombstones.front()};
      });
}

void deliver_tombstones(Database& database, GrantCache& cache, const Clock& clock,
                        const std::vector<PendingTombstone>& tombstones) {
  const PreciseTimestamp now = clock.precise_now();
  std::vector<std::int64_t> confirmed;
  for (std::span left{tombstones}; !left.empty();) {
    const auto batch = left.first(std::min(left.size(), kTombstonesAtOnce));
    std::vector<RevokedToken> tokens;
    for (const PendingTombstone& tombstone : batch) {
      tokens.push_back(tombstone.token);
      tokens.back().revoked_at = now;
    }
    if (!cache.put_tombstones(tokens)) {
      break;  // DeliverInvalidations goes on until Redis has them.
    }
    std::ranges::transform(batch, std::back_inserter(confirmed), &PendingTombstone::outbox_id);
    left = left.subspan(batch.size());
  }
  if (confirmed.empty()) {
    return;
  }
  // Should this fail, the tombstones are delivered once more, which changes nothing.
  static_cast<void>(database.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.outbox().remove(confirmed);
    return {};
  }));
}

}  // namespace zenzefi::app
