// The append-only list of what moved on a balance, within one transaction.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "domain/ledger_entry.hpp"
#include "domain/page.hpp"

namespace zenzefi::app {

class Ledger {
 public:
  Ledger() = default;
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;
  virtual ~Ledger() = default;

  struct NewEntry {
    Uuid id;
    Uuid user_id;
    domain::Money amount;
    domain::TransactionType transaction_type = domain::TransactionType::kAdjustment;
    std::string description;
    std::optional<Uuid> token_id;
  };
  // The one way a balance changes: moves it by `amount` and writes the entry with the balance
  // after. Requires UserStore::lock() of that user in the same transaction, and a balance that
  // stays within 0 and domain::kMaxBalance.
  virtual domain::LedgerEntry book(const NewEntry& entry) = 0;

  struct Refund {
    Uuid id;
    Uuid token_id;
    domain::Money amount;
  };
  // As book(), for any number of refunds to one user, in that order; the balance after them.
  virtual domain::Money book_refunds(const Uuid& user_id, const std::string& description,
                                     std::span<const Refund> refunds) = 0;

  [[nodiscard]] virtual std::optional<domain::LedgerEntry> find(const Uuid& id) const = 0;

  // Newest first.
  [[nodiscard]] virtual domain::Page<domain::LedgerEntry> list(
      const Uuid& user_id, const domain::PageRequest& page) const = 0;
};

}  // namespace zenzefi::app
