// The ledger in PostgreSQL.
#pragma once

#include "app/store/ledger.hpp"
#include "infra/postgres/happened.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresLedger final : public app::Ledger {
 public:
  PostgresLedger(Session& session, Happened& happened) : session_(session), happened_(happened) {}

  domain::LedgerEntry book(const NewEntry& entry) override;
  domain::Money book_refunds(const Uuid& user_id, const std::string& description,
                             std::span<const Refund> refunds) override;
  [[nodiscard]] std::optional<domain::LedgerEntry> find(const Uuid& id) const override;
  [[nodiscard]] domain::Page<domain::LedgerEntry> list(
      const Uuid& user_id, const domain::PageRequest& page) const override;

 private:
  Session& session_;
  Happened& happened_;
};

}  // namespace zenzefi::infra
