#pragma once

#include <optional>
#include <string>
#include <variant>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/payment_provider.hpp"
#include "domain/ledger_entry.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Takes money through the payment provider and books it as credits; what turns out not to be
// bookable is given back. Thread-safe.
class PurchaseCredits {
 public:
  struct Input {
    Uuid user_id;
    domain::Money amount;
    std::string payment_method;
    std::optional<std::string> idempotency_key;
  };

  PurchaseCredits(Database& database, PaymentProvider& provider, Entropy& entropy,
                  const Clock& clock)
      : database_(database), provider_(provider), entropy_(entropy), clock_(clock) {}

  // The entry's balance_after is the new balance. kRuleViolated: amount, payment method or
  // Idempotency-Key out of bounds, or the balance would outgrow what can be stored. kConflict: the
  // Idempotency-Key was used with another amount or method, or its payment was given back.
  // kUnavailable: no payment provider that takes charges.
  // kNotFound: the account is gone.
  domain::Result<domain::LedgerEntry> run(const Input& input);

 private:
  // The entry a purchase will have, known before any money moves, so that a retry names the same
  // payment; and the entry itself when it is there already.
  struct Reservation {
    Uuid transaction_id;
    std::optional<domain::LedgerEntry> booked;
  };
  domain::Result<Reservation> reserve(const Input& input);
  // The payment's reference is the id of the ledger entry it pays for.
  [[nodiscard]] PaymentKey key_of(const Uuid& transaction_id) const;
  // The entry, or why the payment is held.
  using Booking = std::variant<domain::LedgerEntry, domain::Error>;
  domain::Result<Booking> book(const Input& input, const Uuid& transaction_id);
  void forget(const Uuid& transaction_id);
  void give_back(const Input& input, const Uuid& transaction_id);

  Database& database_;
  PaymentProvider& provider_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
