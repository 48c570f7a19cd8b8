#include "app/tokens/purchase_token.hpp"

#include <utility>

#include "app/secret_hash.hpp"
#include "app/tokens/sale.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

Ledger::NewEntry payment(const AccessTokenStore::NewAccessToken& token,
                         const Uuid& transaction_id) {
  return {transaction_id,
          token.user_id,
          -token.price_paid,
          domain::TransactionType::kPurchase,
          "Access token for " + std::to_string(token.duration_hours) + " hours",
          token.id};
}

// The token as it was when the purchase was answered first, whatever happened to it since.
domain::Result<domain::AccessToken> sold_before(Transaction& transaction, const Uuid& user_id,
                                                const Uuid& transaction_id,
                                                std::uint32_t duration_hours) {
  const auto entry = transaction.ledger().find(transaction_id);
  auto token = entry && entry->token_id ? transaction.tokens().lock(*entry->token_id, user_id)
                                        : std::nullopt;
  if (!token) {
    return domain::fail(ErrorCode::kInternal, "an Idempotency-Key leads to no token");
  }
  token->duration_hours = duration_hours;
  token->price_paid = -entry->amount;
  token->activated_at.reset();
  token->revoked_at.reset();
  return *std::move(token);
}

}  // namespace

domain::Result<PurchaseToken::Output> PurchaseToken::run(const Input& input) {
  auto order = prepare(input);
  if (!order) {
    return tl::unexpected{std::move(order.error())};
  }
  auto sold = database_.run([&](Transaction& transaction) { return sell(transaction, *order); });
  if (!sold) {
    return tl::unexpected{std::move(sold.error())};
  }
  auto text = reveal(*order, *sold);
  if (!text) {
    return tl::unexpected{std::move(text.error())};
  }
  return Output{*std::move(sold), *std::move(text)};
}

domain::Result<PurchaseToken::Order> PurchaseToken::prepare(const Input& input) {
  const auto price = price_of(prices_, input.duration_hours);
  if (!price) {
    return tl::unexpected{price.error()};
  }
  auto request =
      idempotent_request(input.user_id, IdempotentCall::kPurchaseToken, input.idempotency_key,
                         "duration_hours=" + std::to_string(input.duration_hours));
  if (!request) {
    return tl::unexpected{std::move(request.error())};
  }
  std::string text = entropy_.access_token();
  const Uuid id = entropy_.uuid();
  const auto hash = secret_hash(text);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  auto sealed = sealer_.seal(text, id);
  if (!sealed) {
    return tl::unexpected{std::move(sealed.error())};
  }
  return Order{{id, input.user_id, *hash, *std::move(sealed), input.duration_hours, *price},
               entropy_.uuid(),
               *std::move(request),
               std::move(text)};
}

domain::Result<domain::AccessToken> PurchaseToken::sell(Transaction& transaction,
                                                        const Order& order) {
  const AccessTokenStore::NewAccessToken& wanted = order.token;
  const auto user = transaction.users().lock(wanted.user_id);
  if (!user) {
    return domain::fail(ErrorCode::kNotFound, "User not found");
  }
  if (order.request) {
    const auto entry_id =
        claim(transaction.idempotency(), *order.request, order.transaction_id, clock_.now());
    if (!entry_id) {
      return tl::unexpected{entry_id.error()};
    }
    if (*entry_id != order.transaction_id) {
      return sold_before(transaction, wanted.user_id, *entry_id, wanted.duration_hours);
    }
  }
  if (const auto able = require_can_pay(*user, wanted.price_paid); !able) {
    return tl::unexpected{able.error()};
  }
  auto token = transaction.tokens().insert(wanted);
  transaction.ledger().book(payment(wanted, order.transaction_id));
  transaction.audit().append({.action = domain::AuditAction::kTokenPurchased,
                              .account_id = wanted.user_id,
                              .actor_id = wanted.user_id,
                              .target_type = domain::AuditTarget::kToken,
                              .target_id = wanted.id,
                              .detail = {{"duration_hours", std::to_string(wanted.duration_hours)},
                                         {"price", wanted.price_paid.to_string()}}});
  return token;
}

domain::Result<std::string> PurchaseToken::reveal(const Order& order,
                                                  const domain::AccessToken& sold) {
  if (sold.id == order.token.id) {
    return order.text;
  }
  return sealer_.open(sold.sealed, sold.id);
}

}  // namespace zenzefi::app
