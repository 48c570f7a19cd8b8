// The stores of one transaction.
#pragma once

#include "app/database.hpp"
#include "infra/postgres/session.hpp"
#include "infra/postgres/store/access_token_store.hpp"
#include "infra/postgres/store/audit_log.hpp"
#include "infra/postgres/store/idempotency_store.hpp"
#include "infra/postgres/store/ledger.hpp"
#include "infra/postgres/store/outbox.hpp"
#include "infra/postgres/store/payment_store.hpp"
#include "infra/postgres/store/proxy_session_store.hpp"
#include "infra/postgres/store/session_store.hpp"
#include "infra/postgres/store/two_factor_store.hpp"
#include "infra/postgres/store/user_store.hpp"

namespace zenzefi::infra {

// Good as long as the connection and the libpqxx transaction it is made of. Not thread-safe.
class PostgresTransaction final : public app::Transaction {
 public:
  PostgresTransaction(Connection& connection, pqxx::transaction_base& transaction)
      : session_{connection, transaction} {}

  app::UserStore& users() override { return users_; }
  app::AccessTokenStore& tokens() override { return tokens_; }
  app::Ledger& ledger() override { return ledger_; }
  app::SessionStore& sessions() override { return sessions_; }
  app::Outbox& outbox() override { return outbox_; }
  app::IdempotencyStore& idempotency() override { return idempotency_; }
  app::PaymentStore& payments() override { return payments_; }
  app::AuditLog& audit() override { return audit_; }
  app::ProxySessionStore& proxy_sessions() override { return proxy_sessions_; }
  app::TwoFactorStore& two_factor() override { return two_factor_; }

  [[nodiscard]] const app::UserStore& users() const override { return users_; }
  [[nodiscard]] const app::AccessTokenStore& tokens() const override { return tokens_; }
  [[nodiscard]] const app::Ledger& ledger() const override { return ledger_; }
  [[nodiscard]] const app::SessionStore& sessions() const override { return sessions_; }
  [[nodiscard]] const app::AuditLog& audit() const override { return audit_; }
  [[nodiscard]] const app::ProxySessionStore& proxy_sessions() const override {
    return proxy_sessions_;
  }
  [[nodiscard]] const app::TwoFactorStore& two_factor() const override { return two_factor_; }

  [[nodiscard]] const Happened& happened() const noexcept { return happened_; }

 private:
  Session session_;
  Happened happened_;
  PostgresUserStore users_{session_};
  PostgresAccessTokenStore tokens_{session_};
  PostgresLedger ledger_{session_, happened_};
  PostgresSessionStore sessions_{session_};
  PostgresOutbox outbox_{session_};
  PostgresIdempotencyStore idempotency_{session_};
  PostgresPaymentStore payments_{session_};
  PostgresAuditLog audit_{session_, happened_};
  PostgresProxySessionStore proxy_sessions_{session_};
  PostgresTwoFactorStore two_factor_{session_};
};

}  // namespace zenzefi::infra
