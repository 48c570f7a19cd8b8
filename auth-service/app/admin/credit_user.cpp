#include "app/admin/credit_user.hpp"

#include <utility>

#include "app/balance.hpp"
#include "app/field_check.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

// No part can hold a line break, so that no two requests look the same.
std::string canonical(const CreditUser::Input& input) {
  return "user_id=" + input.user_id.to_string() + "\namount=" + input.amount.to_string() +
         "\nreason=" + input.reason;
}

domain::Result<domain::LedgerEntry> booked(const Transaction& transaction,
                                           const Uuid& transaction_id) {
  auto entry = transaction.ledger().find(transaction_id);
  if (!entry) {
    return domain::fail(ErrorCode::kInternal, "an Idempotency-Key leads to no entry");
  }
  return *std::move(entry);
}

}  // namespace

domain::Result<domain::LedgerEntry> CreditUser::run(const Input& input) {
  const auto valid = require_valid({{"amount", domain::adjustment_problem(input.amount)},
                                    {"reason", domain::reason_problem(input.reason)}});
  if (!valid) {
    return tl::unexpected{valid.error()};
  }
  const auto request = idempotent_request(input.admin_id, IdempotentCall::kCreditAccount,
                                          input.idempotency_key, canonical(input));
  if (!request) {
    return tl::unexpected{request.error()};
  }
  const Uuid fresh = entropy_.uuid();
  return database_.run([&](Transaction& transaction) -> domain::Result<domain::LedgerEntry> {
    // The user's row before the key, as a purchase does.
    const auto user = transaction.users().lock(input.user_id);
    if (!user) {
      return domain::fail(ErrorCode::kNotFound, "User not found");
    }
    const auto id =
        *request ? claim(transaction.idempotency(), **request, fresh, clock_.now()) : fresh;
    if (!id) {
      return tl::unexpected{id.error()};
    }
    return *id == fresh ? adjust(transaction, *user, input, fresh) : booked(transaction, *id);
  });
}

domain::Result<domain::LedgerEntry> CreditUser::adjust(Transaction& transaction,
                                                       const domain::User& user, const Input& input,
                                                       const Uuid& transaction_id) {
  if (user.currency_balance + input.amount < domain::Money{}) {
    return domain::fail(ErrorCode::kInsufficientBalance,
                        "Insufficient balance. Required: " + (-input.amount).to_string() +
                            " ZNC, Available: " + user.currency_balance.to_string() + " ZNC");
  }
  if (const auto fits = require_balance_fits(user.currency_balance, input.amount); !fits) {
    return tl::unexpected{fits.error()};
  }
  auto entry =
      transaction.ledger().book({transaction_id, input.user_id, input.amount,
                                 domain::TransactionType::kAdjustment, input.reason, std::nullopt});
  transaction.audit().append(
      {.action = domain::AuditAction::kAccountCredited,
       .account_id = input.user_id,
       .actor_id = input.admin_id,
       .target_type = domain::AuditTarget::kTransaction,
       .target_id = transaction_id,
       .detail = {{"amount", input.amount.to_string()}, {"reason", input.reason}}});
  return entry;
}

}  // namespace zenzefi::app
