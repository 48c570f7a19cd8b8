#include "app/tokens/extend_token.hpp"

#include <array>
#include <utility>

#include "app/tokens/revocation.hpp"
#include "app/tokens/sale.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;
using Extension = AccessTokenStore::Extension;

struct Before {
  domain::AccessToken token;
  domain::Money cost;
};

// The token as it was when the extension was answered first, whatever happened to it since.
domain::Result<Before> extended_before(Transaction& transaction, const Uuid& user_id,
                                       const Uuid& transaction_id) {
  const auto entry = transaction.ledger().find(transaction_id);
  const auto extension = transaction.tokens().find_extension(transaction_id);
  auto token =
      entry && extension ? transaction.tokens().lock(extension->token_id, user_id) : std::nullopt;
  if (!token) {
    return domain::fail(ErrorCode::kInternal, "an Idempotency-Key leads to no extension");
  }
  token->duration_hours = extension->duration_hours;
  token->activated_at = extension->activated_at;
  token->revoked_at.reset();
  return Before{*std::move(token), -entry->amount};
}

domain::Result<void> require_extendable(const std::optional<domain::AccessToken>& token,
                                        std::uint32_t hours, Timestamp now) {
  if (auto usable = require_usable(token, now); !usable) {
    return usable;
  }
  if (token->duration_hours + hours > domain::kMaxDurationHours) {
    return domain::fail(
        ErrorCode::kRuleViolated,
        "A token cannot last longer than " + std::to_string(domain::kMaxDurationHours) + " hours");
  }
  return {};
}

AuditLog::NewEntry audit_entry(const domain::AccessToken& extended, std::uint32_t hours,
                               domain::Money price) {
  return {.action = domain::AuditAction::kTokenExtended,
          .account_id = extended.user_id,
          .actor_id = extended.user_id,
          .target_type = domain::AuditTarget::kToken,
          .target_id = extended.id,
          .detail = {{"added_hours", std::to_string(hours)},
                     {"duration_hours", std::to_string(extended.duration_hours)},
                     {"price", price.to_string()}}};
}

}  // namespace

domain::Result<ExtendToken::Output> ExtendToken::run(const Input& input) {
  const auto order = prepare(input);
  if (!order) {
    return tl::unexpected{order.error()};
  }
  auto extended =
      database_.run([&](Transaction& transaction) { return extend(transaction, *order); });
  if (!extended) {
    return tl::unexpected{std::move(extended.error())};
  }
  deliver(*extended);
  auto text = sealer_.open(extended->token.sealed, extended->token.id);
  return Output{std::move(extended->token), extended->cost,
                text ? std::optional{*std::move(text)} : std::nullopt};
}

domain::Result<ExtendToken::Order> ExtendToken::prepare(const Input& input) {
  const auto price = price_of(prices_, input.duration_hours);
  if (!price) {
    return tl::unexpected{price.error()};
  }
  auto request =
      idempotent_request(input.user_id, IdempotentCall::kExtendToken, input.idempotency_key,
                         "token_id=" + input.token_id.to_string() +
                             "\nduration_hours=" + std::to_string(input.duration_hours));
  if (!request) {
    return tl::unexpected{std::move(request.error())};
  }
  return Order{input, *price, entropy_.uuid(), *std::move(request)};
}

domain::Result<ExtendToken::Extended> ExtendToken::extend(Transaction& transaction,
                                                          const Order& order) {
  const Input& input = order.input;
  const auto user = transaction.users().lock(input.user_id);
  if (!user) {
    return domain::fail(ErrorCode::kNotFound, "Token not found");
  }
  if (order.request) {
    const auto entry_id =
        claim(transaction.idempotency(), *order.request, order.transaction_id, clock_.now());
    if (!entry_id) {
      return tl::unexpected{entry_id.error()};
    }
    if (*entry_id != order.transaction_id) {
      auto before = extended_before(transaction, input.user_id, *entry_id);
      return before.map([](Before& then) {
        return Extended{std::move(then.token), then.cost, std::nullopt};
      });
    }
  }
  auto token = transaction.tokens().lock(input.token_id, input.user_id);
  if (const auto able = require_extendable(token, input.duration_hours, clock_.now()); !able) {
    return tl::unexpected{able.error()};
  }
  if (const auto able = require_can_pay(*user, order.price); !able) {
    return tl::unexpected{able.error()};
  }
  token->duration_hours += input.duration_hours;
  token->price_paid = token->price_paid + order.price;
  transaction.tokens().extend(
      {order.transaction_id, token->id, token->duration_hours, token->activated_at}, order.price);
  transaction.ledger().book(
      {order.transaction_id, input.user_id, -order.price, domain::TransactionType::kPurchase,
       "Extension of an access token by " + std::to_string(input.duration_hours) + " hours",
       token->id});
  // Before the first use no record of it can be in Redis.
  auto pending =
      token->activated_at ? std::optional{transaction.outbox().add(token->hash)} : std::nullopt;
  transaction.audit().append(audit_entry(*token, input.duration_hours, order.price));
  return Extended{*std::move(token), order.price, pending};
}

void ExtendToken::deliver(const Extended& extended) {
  if (!extended.pending || !cache_.put_extended(extended.token.hash, extended.token.grant())) {
    return;  // DeliverInvalidations goes on until Redis has it.
  }
  // Should this fail, the end is delivered once more, which changes nothing.
  static_cast<void>(database_.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.outbox().remove(std::array{extended.pending->id});
    return {};
  }));
}

}  // namespace zenzefi::app
