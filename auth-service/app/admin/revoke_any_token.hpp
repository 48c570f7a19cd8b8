#pragma once

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "domain/money.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Ends anybody's access token as an administrator: as RevokeToken does it, refund to the owner
// included. Thread-safe.
class RevokeAnyToken {
 public:
  struct Input {
    Uuid admin_id;  // who does it
    Uuid token_id;
  };
  struct Output {
    domain::Money refund_amount;
    domain::Money new_balance;  // the owner's
  };

  RevokeAnyToken(Database& database, GrantCache& cache, Entropy& entropy, const Clock& clock)
      : database_(database), cache_(cache), entropy_(entropy), clock_(clock) {}

  // kNotFound: no such token. kConflict: already revoked or expired.
  domain::Result<Output> run(const Input& input);

 private:
  Database& database_;
  GrantCache& cache_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
