#include "app/credits/purchase_credits.hpp"

#include "app/balance.hpp"
#include "app/field_check.hpp"
#include "app/idempotency.hpp"

namespace zenzefi::app {
namespace {

auto account_gone() {
  return domain::fail(domain::ErrorCode::kNotFound, "User not found");
}

// Neither part can hold a line break, so that no two requests look the same.
std::string canonical(const PurchaseCredits::Input& input) {
  return "amount=" + input.amount.to_string() + "\npayment_method=" + input.payment_method;
}

}  // namespace

domain::Result<domain::LedgerEntry> PurchaseCredits::run(const Input& input) {
  const auto valid =
      require_valid({{"amount", domain::deposit_problem(input.amount)},
                     {"payment_method", domain::payment_method_problem(input.payment_method)}});
  if (!valid) {
    return tl::unexpected{valid.error()};
  }
  auto reservation = reserve(input);
  if (!reservation) {
    return tl::unexpected{std::move(reservation.error())};
  }
  if (reservation->booked) {
    return *std::move(reservation->booked);
  }
  const Uuid& id = reservation->transaction_id;
  const auto charged =
      provider_.charge(input.user_id, input.amount, input.payment_method, id.to_string());
  if (!charged) {
    return tl::unexpected{charged.error()};
  }
  return book(input, id);
}

domain::Result<PurchaseCredits::Reservation> PurchaseCredits::reserve(const Input& input) {
  const auto request = idempotent_request(input.user_id, IdempotentCall::kPurchaseCredits,
                                          input.idempotency_key, canonical(input));
  if (!request) {
    return tl::unexpected{request.error()};
  }
  const Uuid fresh = entropy_.uuid();
  return database_.run([&](Transaction& transaction) -> domain::Result<Reservation> {
    Reservation reservation{fresh, {}};
    if (*request) {
      const auto id = claim(transaction.idempotency(), **request, fresh, clock_.now());
      if (!id) {
        return tl::unexpected{id.error()};
      }
      reservation = {*id, transaction.ledger().find(*id)};
    }
    if (reservation.booked) {
      return reservation;
    }
    // Before money is taken that could not be booked.
    const auto user = transaction.users().find(input.user_id);
    if (!user) {
      return account_gone();
    }
    if (const auto fits = require_balance_fits(user->currency_balance, input.amount); !fits) {
      return tl::unexpected{fits.error()};
    }
    return reservation;
  });
}

domain::Result<domain::LedgerEntry> PurchaseCredits::book(const Input& input,
                                                          const Uuid& transaction_id) {
  return database_.run([&](Transaction& transaction) -> domain::Result<domain::LedgerEntry> {
    const auto user = transaction.users().lock(input.user_id);
    if (!user) {
      return account_gone();
    }
    // A copy of the request may have been quicker.
    if (auto booked = transaction.ledger().find(transaction_id)) {
      return *std::move(booked);
    }
    if (const auto fits = require_balance_fits(user->currency_balance, input.amount); !fits) {
      return tl::unexpected{fits.error()};
    }
    auto entry = transaction.ledger().book(
        {transaction_id, input.user_id, input.amount, domain::TransactionType::kDeposit,
         "Credit purchase via " + input.payment_method, std::nullopt});
    transaction.audit().append({.action = domain::AuditAction::kCreditsPurchased,
                                .account_id = input.user_id,
                                .actor_id = input.user_id,
                                .target_type = domain::AuditTarget::kTransaction,
                                .target_id = transaction_id,
                                .detail = {{"amount", input.amount.to_string()}}});
    return entry;
  });
}

}  // namespace zenzefi::app
