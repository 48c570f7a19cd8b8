#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/idempotency.hpp"
#include "app/token_sealer.hpp"
#include "domain/access_token.hpp"
#include "domain/price_list.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Sells an access token. Its clock does not run before the first use. Thread-safe.
class PurchaseToken {
 public:
  struct Input {
    Uuid user_id;
    std::uint32_t duration_hours = 0;
    std::optional<std::string> idempotency_key;
  };
  struct Output {
    domain::AccessToken token;
    std::string text;  // the token itself: shown to its owner, never logged
  };

  PurchaseToken(Database& database, TokenSealer& sealer, Entropy& entropy,
                const domain::PriceList& prices, const Clock& clock)
      : database_(database), sealer_(sealer), entropy_(entropy), prices_(prices), clock_(clock) {}

  // kRuleViolated: a duration not on sale, or no such Idempotency-Key can be. kInsufficientBalance:
  // with the contract's sentence. kConflict: the Idempotency-Key was used with another duration.
  // kForbidden: the account is inactive. kNotFound: it is gone.
  domain::Result<Output> run(const Input& input);

 private:
  struct Order {
    AccessTokenStore::NewAccessToken token;
    Uuid transaction_id;
    std::optional<IdempotentRequest> request;
    std::string text;
  };
  domain::Result<Order> prepare(const Input& input);
  domain::Result<domain::AccessToken> sell(Transaction& transaction, const Order& order);
  domain::Result<std::string> reveal(const Order& order, const domain::AccessToken& sold);

  Database& database_;
  TokenSealer& sealer_;
  Entropy& entropy_;
  const domain::PriceList& prices_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
