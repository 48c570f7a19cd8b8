#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "app/idempotency.hpp"
#include "app/token_sealer.hpp"
#include "domain/access_token.hpp"
#include "domain/price_list.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Makes an access token last longer, at the price of a new one. When it answers, the new end is
// either in Redis or announced in the outbox. Thread-safe.
//
// A look-up that read the database before the extension may still put the old end into Redis, where
// there is nothing yet: put_extended() replaces it. It cannot come after put_extended(), which
// leaves a record behind. Only a revocation's tombstone stands against an extension.
class ExtendToken {
 public:
  struct Input {
    Uuid user_id;
    Uuid token_id;
    std::uint32_t duration_hours = 0;  // to be added
    std::optional<std::string> idempotency_key;
  };
  struct Output {
    domain::AccessToken token;  // as the extension left it
    domain::Money cost;
    std::optional<std::string> text;  // empty when no key opens what was sealed
  };

  ExtendToken(Database& database, GrantCache& cache, TokenSealer& sealer, Entropy& entropy,
              const domain::PriceList& prices, const Clock& clock)
      : database_(database),
        cache_(cache),
        sealer_(sealer),
        entropy_(entropy),
        prices_(prices),
        clock_(clock) {}

  // kRuleViolated: a duration not on sale, the token would last longer than
  // domain::kMaxDurationHours, or no such Idempotency-Key can be. kInsufficientBalance: with the
  // contract's sentence. kConflict: expired, revoked, or the Idempotency-Key was used with another
  // request. kNotFound: no such token, or not the user's. kForbidden: the account is inactive.
  domain::Result<Output> run(const Input& input);

 private:
  struct Order {
    Input input;
    domain::Money price;
    Uuid transaction_id;
    std::optional<IdempotentRequest> request;
  };
  struct Extended {
    domain::AccessToken token;
    domain::Money cost;
    std::optional<PendingInvalidation> pending;
  };
  domain::Result<Order> prepare(const Input& input);
  domain::Result<Extended> extend(Transaction& transaction, const Order& order);
  void deliver(const Extended& extended);

  Database& database_;
  GrantCache& cache_;
  TokenSealer& sealer_;
  Entropy& entropy_;
  const domain::PriceList& prices_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
