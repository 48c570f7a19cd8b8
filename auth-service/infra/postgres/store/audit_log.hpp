// The audit log in PostgreSQL, where a trigger chains its entries: see
// sql/0013_audit_chains.up.sql.
#pragma once

#include "app/store/audit_log.hpp"
#include "infra/postgres/happened.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresAuditLog final : public app::AuditLog {
 public:
  PostgresAuditLog(Session& session, Happened& happened) : session_(session), happened_(happened) {}

  void append(const NewEntry& entry) override;
  void append_all(std::span<const NewEntry> entries) override;
  [[nodiscard]] domain::Page<domain::AuditEntry> list(
      const Filter& filter, const domain::PageRequest& page) const override;

 private:
  Session& session_;
  Happened& happened_;
};

}  // namespace zenzefi::infra
