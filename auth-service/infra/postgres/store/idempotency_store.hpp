// Idempotency-Keys in PostgreSQL.
#pragma once

#include "app/store/idempotency_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresIdempotencyStore final : public app::IdempotencyStore {
 public:
  explicit PostgresIdempotencyStore(Session& session) : session_(session) {}

  [[nodiscard]] std::optional<app::IdempotentPurchase> claim(
      const app::IdempotencyScope& scope, const app::IdempotentPurchase& purchase,
      Timestamp now) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
