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
  };

  Kind kind = Kind::kBalance;
  Uuid subject;          // the user, or the token
  std::string expected;  // by the ledger (kBalance), by the token (the others)
  std::string found;

  // "user <id>: balance is 3.00, its transactions add up to 2.00", one line.
  [[nodiscard]] std::string to_string() const;
};

// Reads everything at one moment in time, beside a running service. Empty when all is well.
// kUnavailable, kInternal.
[[nodiscard]] domain::Result<std::vector<Discrepancy>> reconcile(const PostgresSettings& settings);

}  // namespace zenzefi::infra
