// Payments in memory.
#pragma once

#include "app/store/payment_store.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakePaymentStore final : public app::PaymentStore {
 public:
  explicit FakePaymentStore(State& state) : state_(state) {}

  bool insert(const NewPayment& payment) override;
  [[nodiscard]] std::optional<app::PaymentStatus> lock(const app::PaymentKey& key) override;
  void set_booked(const app::PaymentKey& key, const Uuid& transaction_id) override;
  void set_held(const app::PaymentKey& key, const std::string& reason) override;
  void set_refunded(const app::PaymentKey& key) override;
  void remove_pending(const app::PaymentKey& key) override;

 private:
  StoredPayment& get(const app::PaymentKey& key);

  State& state_;
};

}  // namespace zenzefi::test
