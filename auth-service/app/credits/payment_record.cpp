#include "app/credits/payment_record.hpp"

#include <utility>
#include <vector>

namespace zenzefi::app {
namespace {

void audit(Transaction& transaction, domain::AuditAction action, const PaymentKey& key,
           const std::optional<Uuid>& account_id, const std::string& reason = {}) {
  std::vector<std::pair<std::string_view, std::string>> detail{{"provider", key.provider},
                                                               {"reference", key.reference}};
  if (!reason.empty()) {
    detail.emplace_back("reason", reason);
  }
  transaction.audit().append({.action = action,
                              .account_id = account_id,
                              .actor_id = std::nullopt,
                              .target_type = domain::AuditTarget::kPayment,
                              .target_id = std::nullopt,
                              .detail = std::move(detail)});
}

}  // namespace

domain::LedgerEntry book_payment(Transaction& transaction, const PaymentKey& key,
                                 const Ledger::NewEntry& entry) {
  auto booked = transaction.ledger().book(entry);
  transaction.payments().set_booked(key, entry.id);
  transaction.audit().append({.action = domain::AuditAction::kCreditsPurchased,
                              .account_id = entry.user_id,
                              .actor_id = entry.user_id,
                              .target_type = domain::AuditTarget::kTransaction,
                              .target_id = entry.id,
                              .detail = {{"amount", entry.amount.to_string()}}});
  return booked;
}

void hold_payment(Transaction& transaction, const PaymentKey& key,
                  const std::optional<Uuid>& account_id, const std::string& reason) {
  transaction.payments().set_held(key, reason);
  audit(transaction, domain::AuditAction::kPaymentHeld, key, account_id, reason);
}

void note_refund(Transaction& transaction, const PaymentKey& key,
                 const std::optional<Uuid>& account_id) {
  transaction.payments().set_refunded(key);
  audit(transaction, domain::AuditAction::kPaymentRefunded, key, account_id);
}

}  // namespace zenzefi::app
