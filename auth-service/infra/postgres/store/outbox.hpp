// The outbox in PostgreSQL.
#pragma once

#include "app/store/outbox.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresOutbox final : public app::Outbox {
 public:
  explicit PostgresOutbox(Session& session) : session_(session) {}

  app::PendingInvalidation add(const TokenHash& hash) override;
  [[nodiscard]] std::vector<app::PendingInvalidation> lock_oldest(std::size_t limit) override;
  void remove(std::span<const std::int64_t> ids) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
