// Proves that the books are right.
#pragma once

#include <string>
#include <vector>

#include "domain/error.hpp"
#include "infra/postgres/settings.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::infra {

struct Discrepancy {
  enum class Kind {
    kBalance,   // a user's balance is not the sum of the ledger
    kPurchase,  // what a token was paid with is not its price
    kRefund,    // what was given back for a token is not its unused share, or came twice
    kPayment,   // money was taken, and is neither credited nor given back
  };

  Kind kind = Kind::kBalance;
  Uuid subject;  // the user, or the token; of a payment the user, zeros for nobody
  std::string
      expected;       // by the ledger (kBalance), by the token; of a payment what it is there for
  std::string found;  // of a payment: provider and reference

  // "user <id>: balance is 3.00, its transactions add up to 2.00", one line.
  [[nodiscard]] std::string to_string() const;
};

// Reads everything at one moment in time, beside a running service. Empty when all is well.
// kUnavailable, kInternal.
[[nodiscard]] domain::Result<std::vector<Discrepancy>> reconcile(const PostgresSettings& settings);

}  // namespace zenzefi::infra
