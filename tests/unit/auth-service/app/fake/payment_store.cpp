#include "fake/payment_store.hpp"

namespace zenzefi::test {

using app::PaymentStatus;

bool FakePaymentStore::insert(const NewPayment& payment) {
  return state_.payments
      .try_emplace({payment.key.provider, payment.key.reference},
                   StoredPayment{payment, PaymentStatus::kPending, {}})
      .second;
}

std::optional<PaymentStatus> FakePaymentStore::lock(const app::PaymentKey& key) {
  const auto stored = state_.payments.find({key.provider, key.reference});
  return stored == state_.payments.end() ? std::nullopt : std::optional{stored->second.status};
}

void FakePaymentStore::set_booked(const app::PaymentKey& key, const Uuid& /*transaction_id*/) {
  get(key).status = PaymentStatus::kBooked;
}

void FakePaymentStore::set_held(const app::PaymentKey& key, const std::string& reason) {
  get(key).status = PaymentStatus::kHeld;
  get(key).reason = reason;
}

void FakePaymentStore::set_refunded(const app::PaymentKey& key) {
  get(key).status = PaymentStatus::kRefunded;
}

void FakePaymentStore::remove_pending(const app::PaymentKey& key) {
  if (lock(key) == PaymentStatus::kPending) {
    state_.payments.erase({key.provider, key.reference});
  }
}

StoredPayment& FakePaymentStore::get(const app::PaymentKey& key) {
  return state_.payments.at({key.provider, key.reference});
}

}  // namespace zenzefi::test
