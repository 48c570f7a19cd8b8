#include "fake/database.hpp"

#include <utility>

#include "fake/audit_log.hpp"
#include "fake/payment_store.hpp"
#include "fake/proxy_session_store.hpp"
#include "fake/sale_stores.hpp"
#include "fake/two_factor_store.hpp"
#include "fake/user_stores.hpp"

namespace zenzefi::test {
namespace {

class FakeTransaction final : public app::Transaction {
 public:
  FakeTransaction(State& state, Timestamp now, std::size_t& round_trips)
      : users_(state, now),
        tokens_(state, now, round_trips),
        ledger_(state, now),
        sessions_(state),
        outbox_(state),
        idempotency_(state),
        payments_(state),
        audit_(state, now),
        proxy_sessions_(state),
        two_factor_(state) {}

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

 private:
  FakeUserStore users_;
  FakeAccessTokenStore tokens_;
  FakeLedger ledger_;
  FakeSessionStore sessions_;
  FakeOutbox outbox_;
  FakeIdempotencyStore idempotency_;
  FakePaymentStore payments_;
  FakeAuditLog audit_;
  FakeProxySessionStore proxy_sessions_;
  FakeTwoFactorStore two_factor_;
};

auto down() {
  return domain::fail(domain::ErrorCode::kUnavailable, "database is down");
}

}  // namespace

domain::Result<void> FakeDatabase::ping() {
  if (is_down) {
    return down();
  }
  return {};
}

domain::Result<void> FakeDatabase::execute(const Callback& callback) {
  if (is_down) {
    return down();
  }
  if (before_next_run) {
    std::exchange(before_next_run, nullptr)();
  }
  State copy = state;
  FakeTransaction transaction{copy, clock_.now(), round_trips};
  try {
    auto done = callback(transaction);
    if (done) {
      state = std::move(copy);
    }
    return done;
  } catch (const ConstraintViolation& violation) {
    return tl::unexpected{violation.error};
  }
}

domain::Result<void> FakeDatabase::execute_read(const ReadCallback& callback) {
  if (is_down) {
    return down();
  }
  const FakeTransaction transaction{state, clock_.now(), round_trips};
  return callback(transaction);
}

}  // namespace zenzefi::test
