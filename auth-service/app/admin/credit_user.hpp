#pragma once

#include <optional>
#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/idempotency.hpp"
#include "domain/ledger_entry.hpp"
#include "domain/user.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Gives credits to an account, or takes them away, as an administrator. Thread-safe.
class CreditUser {
 public:
  struct Input {
    Uuid admin_id;  // who does it
    Uuid user_id;
    domain::Money amount;  // negative: takes
    std::string reason;    // shown to the account's owner
    std::optional<std::string> idempotency_key;
  };

  CreditUser(Database& database, Entropy& entropy, const Clock& clock)
      : database_(database), entropy_(entropy), clock_(clock) {}

  // An adjustment in the ledger; its balance_after is the new balance. kNotFound: no such account.
  // kInsufficientBalance: there is less to take. kRuleViolated: amount, reason or Idempotency-Key
  // out of bounds, or the balance would outgrow what can be stored. kConflict: the Idempotency-Key
  // was used with another request.
  domain::Result<domain::LedgerEntry> run(const Input& input);

 private:
  domain::Result<domain::LedgerEntry> adjust(Transaction& transaction, const domain::User& user,
                                             const Input& input, const Uuid& transaction_id);

  Database& database_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
