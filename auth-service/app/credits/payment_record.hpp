// What becomes of a payment: booked, or held until it is given back. The one way to either.
#pragma once

#include <optional>
#include <string>

#include "app/database.hpp"

namespace zenzefi::app {

// Each requires the payment to be locked, or inserted, in the same transaction.
//
// Requires what Ledger::book() does.
domain::LedgerEntry book_payment(Transaction& transaction, const PaymentKey& key,
                                 const Ledger::NewEntry& entry);

// `account_id` is empty when it is nobody's.
void hold_payment(Transaction& transaction, const PaymentKey& key,
                  const std::optional<Uuid>& account_id, const std::string& reason);

void note_refund(Transaction& transaction, const PaymentKey& key,
                 const std::optional<Uuid>& account_id);

}  // namespace zenzefi::app
