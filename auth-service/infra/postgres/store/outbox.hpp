// The outbox in PostgreSQL.
#pragma once

#include "app/store/outbox.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresOutbox final : public app::Outbox {
 public:
  explicit PostgresOutbox(Session& session) : session_(session) {}

  std::vector<app::PendingInvalidation> add(std::span<const TokenHash> hashes) override;
  [[nodiscard]] std::vector<app::PendingInvalidation> lock_oldest(std::size_t limit) override;
  [[nodiscard]] bool holds_older_than(std::chrono::milliseconds age) const override;
  void remove(std::span<const std::int64_t> ids) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
