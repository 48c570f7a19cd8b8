#include "app/credits/receive_payment.hpp"

#include "app/balance.hpp"
#include "app/credits/payment_record.hpp"

namespace zenzefi::app {
namespace {

// Empty when the payment can be booked.
std::string problem_with(const ReceivedPayment& payment, const std::optional<domain::User>& user) {
  if (!payment.problem.empty()) {
    return payment.problem;
  }
  if (!user) {
    return "it names no account of ours";
  }
  const auto fits = require_balance_fits(user->currency_balance, payment.credits);
  return fits ? std::string{} : fits.error().detail;
}

}  // namespace

domain::Result<ReceivePayment::Outcome> ReceivePayment::run(const PaymentNotice& notice) {
  const auto payment = provider_.read(notice);
  if (!payment) {
    return tl::unexpected{payment.error()};
  }
  if (!*payment) {
    return Outcome::kIgnored;
  }
  const ReceivedPayment& received = **payment;
  const PaymentKey key{std::string{provider_.name()}, received.reference};
  const Uuid transaction_id = entropy_.uuid();
  return database_.run([&](Transaction& transaction) -> domain::Result<Outcome> {
    const auto user = received.user_id ? transaction.users().lock(*received.user_id) : std::nullopt;
    const auto credits = received.problem.empty() ? std::optional{received.credits} : std::nullopt;
    if (!transaction.payments().insert({key, received.user_id, received.paid, credits})) {
      return Outcome::kKnown;
    }
    if (const std::string problem = problem_with(received, user); !problem.empty()) {
      hold_payment(transaction, key, user ? std::optional{user->id} : std::nullopt, problem);
      return Outcome::kHeld;
    }
    book_payment(transaction, key,
                 {transaction_id, user->id, received.credits, domain::TransactionType::kDeposit,
                  "Credit purchase via " + key.provider, std::nullopt});
    return Outcome::kBooked;
  });
}

}  // namespace zenzefi::app
