#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/moving/earlier_deployment.hpp"
#include "app/token_sealer.hpp"
#include "domain/money.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Takes over the accounts of an earlier deployment: all that can be taken in one transaction, or
// nothing. Whoever is here already is left alone, so it may be run again. Thread-safe.
//
// A balance becomes one adjustment in the ledger. A token that is neither over nor revoked keeps
// its text and its end; what was paid for it is not known, so its price is 0.00 and revoking it
// gives nothing back.
class ImportAccounts {
 public:
  struct Output {
    std::size_t users = 0;
    std::size_t tokens = 0;
    domain::Money balances;  // of all users taken
    // "user ann@example.com: the username is taken", a line each; without secrets.
    std::vector<std::string> left_behind;
  };

  ImportAccounts(Database& database, TokenSealer& sealer, Entropy& entropy, const Clock& clock)
      : database_(database), sealer_(sealer), entropy_(entropy), clock_(clock) {}

  // `rehearsal`: says what would be taken, and takes nothing.
  domain::Result<Output> run(const EarlierDeployment& from, bool rehearsal);

 private:
  class Move;

  Database& database_;
  TokenSealer& sealer_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
