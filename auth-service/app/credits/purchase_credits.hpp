#pragma once

#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/payment_provider.hpp"
#include "domain/ledger_entry.hpp"

namespace zenzefi::app {

// Takes money through the payment provider and books it as credits. Thread-safe.
class PurchaseCredits {
 public:
  struct Input {
    Uuid user_id;
    domain::Money amount;
    std::string payment_method;
  };

  PurchaseCredits(Database& database, PaymentProvider& provider, Entropy& entropy)
      : database_(database), provider_(provider), entropy_(entropy) {}

  // The entry's balance_after is the new balance. kRuleViolated: amount or payment method out of
  // bounds, or the balance would outgrow what can be stored. kUnavailable: no payment provider.
  domain::Result<domain::LedgerEntry> run(const Input& input);

 private:
  Database& database_;
  PaymentProvider& provider_;
  Entropy& entropy_;
};

}  // namespace zenzefi::app
