#include "app/tokens/purchase_token.hpp"

#include <utility>

#include "app/secret_hash.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

auto not_on_sale(const domain::PriceList& prices) {
  std::string durations;
  for (const domain::Price& item : prices.items()) {
    durations += (durations.empty() ? "" : ", ") + std::to_string(item.duration_hours);
  }
  return domain::fail(ErrorCode::kRuleViolated,
                      "Invalid duration. Must be one of: " + durations + " hours");
}

auto insufficient(domain::Money price, domain::Money balance) {
  return domain::fail(ErrorCode::kInsufficientBalance,
                      "Insufficient balance. Required: " + price.to_string() +
                          " ZNC, Available: " + balance.to_string() + " ZNC");
}

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
  const auto price = prices_.find(input.duration_hours);
  if (!price) {
    return not_on_sale(prices_);
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
  if (user->currency_balance < wanted.price_paid) {
    return insufficient(wanted.price_paid, user->currency_balance);
  }
  auto token = transaction.tokens().insert(wanted);
  transaction.ledger().book(payment(wanted, order.transaction_id));
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
