#include "app/tokens/revoke_token.hpp"

#include <array>

#include "app/balance.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

// Nothing for a token that can be revoked.
domain::Result<void> require_revocable(const std::optional<domain::AccessToken>& token,
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

}  // namespace

domain::Result<RevokeToken::Output> RevokeToken::run(const Input& input) {
  const auto revocation =
      database_.run([&](Transaction& transaction) { return revoke(transaction, input); });
  if (!revocation) {
    return tl::unexpected{revocation.error()};
  }
  deliver(revocation->invalidation);
  return revocation->output;
}

domain::Result<RevokeToken::Revocation> RevokeToken::revoke(Transaction& transaction,
                                                            const Input& input) {
  // Always the user's row before the token's, as a purchase does.
  const auto user = transaction.users().lock(input.user_id);
  if (!user) {
    return domain::fail(ErrorCode::kNotFound, "Token not found");
  }
  const auto token = transaction.tokens().lock(input.token_id, input.user_id);
  const Timestamp now = clock_.now();
  if (const auto revocable = require_revocable(token, now); !revocable) {
    return tl::unexpected{revocable.error()};
  }
  const domain::Money refund = token->refund_at(now);
  if (const auto fits = require_balance_fits(user->currency_balance, refund); !fits) {
    return tl::unexpected{fits.error()};
  }
  transaction.tokens().mark_revoked(token->id, now);
  domain::Money balance = user->currency_balance;
  if (refund > domain::Money{}) {
    balance = transaction.ledger()
                  .book({entropy_.uuid(), input.user_id, refund, domain::TransactionType::kRefund,
                         "Refund for the unused time of an access token", token->id})
                  .balance_after;
  }
  return Revocation{{refund, balance}, transaction.outbox().add(token->hash)};
}

void RevokeToken::deliver(const PendingInvalidation& invalidation) {
  if (!cache_.put_tombstone(invalidation.hash)) {
    return;  // DeliverInvalidations goes on until Redis has it.
  }
  // Should this fail, the tombstone is delivered once more, which changes nothing.
  static_cast<void>(database_.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.outbox().remove(std::array{invalidation.id});
    return {};
  }));
}

}  // namespace zenzefi::app
