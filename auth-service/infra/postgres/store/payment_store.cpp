#include "infra/postgres/store/payment_store.hpp"

#include <stdexcept>
#include <string_view>

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

using app::PaymentKey;
using app::PaymentStatus;

constexpr Statement kPaymentInsert{
    "payment_insert",
    "INSERT INTO payments (provider, reference, user_id, paid, credits, status) "
    "VALUES ($1, $2, $3, $4, $5, 'pending') ON CONFLICT (provider, reference) DO NOTHING"};
constexpr Statement kPaymentLock{
    "payment_lock",
    "SELECT status FROM payments WHERE provider = $1 AND reference = $2 "
    "FOR NO KEY UPDATE"};
constexpr Statement kPaymentSetBooked{
    "payment_set_booked",
    "UPDATE payments SET status = 'booked', transaction_id = $3, settled_at = clock_timestamp() "
    "WHERE provider = $1 AND reference = $2"};
constexpr Statement kPaymentSetHeld{
    "payment_set_held",
    "UPDATE payments SET status = 'held', reason = $3 WHERE provider = $1 AND reference = $2"};
constexpr Statement kPaymentSetRefunded{
    "payment_set_refunded",
    "UPDATE payments SET status = 'refunded', settled_at = clock_timestamp() "
    "WHERE provider = $1 AND reference = $2"};
constexpr Statement kPaymentRemovePending{
    "payment_remove_pending",
    "DELETE FROM payments WHERE provider = $1 AND reference = $2 AND status = 'pending'"};

PaymentStatus parse_status(std::string_view text) {
  if (text == "pending") {
    return PaymentStatus::kPending;
  }
  if (text == "booked") {
    return PaymentStatus::kBooked;
  }
  if (text == "held") {
    return PaymentStatus::kHeld;
  }
  if (text == "refunded") {
    return PaymentStatus::kRefunded;
  }
  throw std::runtime_error("a payment has a status that is none");
}

}  // namespace

bool PostgresPaymentStore::insert(const NewPayment& payment) {
  return session_
             .execute(kPaymentInsert, payment.key.provider, payment.key.reference, payment.user_id,
                      payment.paid, payment.credits)
             .affected_rows() == 1;
}

std::optional<PaymentStatus> PostgresPaymentStore::lock(const PaymentKey& key) {
  const auto result = session_.execute(kPaymentLock, key.provider, key.reference);
  if (result.empty()) {
    return std::nullopt;
  }
  const pqxx::row row = result[0];
  return parse_status(RowReader{row}.text());
}

void PostgresPaymentStore::set_booked(const PaymentKey& key, const Uuid& transaction_id) {
  session_.execute(kPaymentSetBooked, key.provider, key.reference, transaction_id);
}

void PostgresPaymentStore::set_held(const PaymentKey& key, const std::string& reason) {
  session_.execute(kPaymentSetHeld, key.provider, key.reference, reason);
}

void PostgresPaymentStore::set_refunded(const PaymentKey& key) {
  session_.execute(kPaymentSetRefunded, key.provider, key.reference);
}

void PostgresPaymentStore::remove_pending(const PaymentKey& key) {
  session_.execute(kPaymentRemovePending, key.provider, key.reference);
}

}  // namespace zenzefi::infra
