#include "app/credits/purchase_credits.hpp"

#include "app/balance.hpp"
#include "app/credits/payment_record.hpp"
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
  if (const auto accepts = provider_.accepts_charges(); !accepts) {
    return tl::unexpected{accepts.error()};
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
    if (charged.error().code != domain::ErrorCode::kUnavailable) {
      forget(id);
    }
    return tl::unexpected{charged.error()};
  }
  auto booking = book(input, id);
  if (!booking) {
    return tl::unexpected{std::move(booking.error())};
  }
  if (auto* const problem = std::get_if<domain::Error>(&*booking)) {
    give_back(input, id);
    return tl::unexpected{std::move(*problem)};
  }
  return std::get<domain::LedgerEntry>(*std::move(booking));
}

PaymentKey PurchaseCredits::key_of(const Uuid& transaction_id) const {
  return {std::string{provider_.name()}, transaction_id.to_string()};
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
    // And so that money that was taken is never forgotten, should we end before it is booked.
    transaction.payments().insert({key_of(reservation.transaction_id), input.user_id,
                                   input.amount.to_string() + " via " + input.payment_method,
                                   input.amount});
    return reservation;
  });
}

domain::Result<PurchaseCredits::Booking> PurchaseCredits::book(const Input& input,
                                                               const Uuid& transaction_id) {
  return database_.run([&](Transaction& transaction) -> domain::Result<Booking> {
    const auto user = transaction.users().lock(input.user_id);
    // A copy of the request may have been quicker.
    if (auto booked = transaction.ledger().find(transaction_id)) {
      return *std::move(booked);
    }
    const PaymentKey key = key_of(transaction_id);
    if (transaction.payments().lock(key) != PaymentStatus::kPending) {
      return domain::fail(domain::ErrorCode::kConflict,
                          "The payment under this Idempotency-Key was given back");
    }
    const auto fits = user ? require_balance_fits(user->currency_balance, input.amount)
                           : domain::Result<void>{account_gone()};
    if (!fits) {
      hold_payment(transaction, key, input.user_id, fits.error().detail);
      return fits.error();
    }
    return book_payment(
        transaction, key,
        {transaction_id, input.user_id, input.amount, domain::TransactionType::kDeposit,
         "Credit purchase via " + input.payment_method, std::nullopt});
  });
}

// Should this or the next fail, `zenzefi-auth reconcile` shows the payment.
void PurchaseCredits::forget(const Uuid& transaction_id) {
  static_cast<void>(database_.run([&](Transaction& transaction) -> domain::Result<void> {
    transaction.payments().remove_pending(key_of(transaction_id));
    return {};
  }));
}

void PurchaseCredits::give_back(const Input& input, const Uuid& transaction_id) {
  if (!provider_.refund(transaction_id.to_string())) {
    return;
  }
  static_cast<void>(database_.run([&](Transaction& transaction) -> domain::Result<void> {
    const PaymentKey key = key_of(transaction_id);
    if (transaction.payments().lock(key) == PaymentStatus::kHeld) {
      note_refund(transaction, key, input.user_id);
    }
    return {};
  }));
}

}  // namespace zenzefi::app
