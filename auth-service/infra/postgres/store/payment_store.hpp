// Payments in PostgreSQL.
#pragma once

#include "app/store/payment_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresPaymentStore final : public app::PaymentStore {
 public:
  explicit PostgresPaymentStore(Session& session) : session_(session) {}

  bool insert(const NewPayment& payment) override;
  [[nodiscard]] std::optional<app::PaymentStatus> lock(const app::PaymentKey& key) override;
  void set_booked(const app::PaymentKey& key, const Uuid& transaction_id) override;
  void set_held(const app::PaymentKey& key, const std::string& reason) override;
  void set_refunded(const app::PaymentKey& key) override;
  void remove_pending(const app::PaymentKey& key) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
