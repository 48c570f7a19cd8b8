#pragma once

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "domain/money.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Ends an access token and gives back the unused share of its price. When it answers, the tombstone
// is either in Redis or in the outbox. Thread-safe.
class RevokeToken {
 public:
  struct Input {
    Uuid user_id;
    Uuid token_id;
  };
  struct Output {
    domain::Money refund_amount;
    domain::Money new_balance;
  };

  RevokeToken(Database& database, GrantCache& cache, Entropy& entropy, const Clock& clock)
      : database_(database), cache_(cache), entropy_(entropy), clock_(clock) {}

  // kNotFound: no such token, or not the user's. kConflict: already revoked or expired.
  domain::Result<Output> run(const Input& input);

 private:
  Database& database_;
  GrantCache& cache_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
