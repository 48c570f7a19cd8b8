#include "tests/integration/postgres/interrupted_database.hpp"

#include <stdexcept>

namespace zenzefi::test {
namespace {

auto killed() {
  return domain::fail(domain::ErrorCode::kUnavailable, "killed");
}

}  // namespace

// Whoever asks for a store is about to send a statement.
class InterruptedDatabase::Stores final : public app::Transaction {
 public:
  // Of these two the first only looks.
  Stores(const app::Transaction& transaction, InterruptedDatabase& database)
      : reading_(transaction), database_(database) {}
  Stores(app::Transaction& transaction, InterruptedDatabase& database)
      : reading_(transaction), writing_(&transaction), database_(database) {}

  app::UserStore& users() override { return writing().users(); }
  app::AccessTokenStore& tokens() override { return writing().tokens(); }
  app::Ledger& ledger() override { return writing().ledger(); }
  app::SessionStore& sessions() override { return writing().sessions(); }
  app::Outbox& outbox() override { return writing().outbox(); }
  app::IdempotencyStore& idempotency() override { return writing().idempotency(); }
  app::PaymentStore& payments() override { return writing().payments(); }
  app::AuditLog& audit() override { return writing().audit(); }
  app::ProxySessionStore& proxy_sessions() override { return writing().proxy_sessions(); }
  app::TwoFactorStore& two_factor() override { return writing().two_factor(); }

  [[nodiscard]] const app::UserStore& users() const override { return reading().users(); }
  [[nodiscard]] const app::AccessTokenStore& tokens() const override { return reading().tokens(); }
  [[nodiscard]] const app::Ledger& ledger() const override { return reading().ledger(); }
  [[nodiscard]] const app::SessionStore& sessions() const override { return reading().sessions(); }
  [[nodiscard]] const app::AuditLog& audit() const override { return reading().audit(); }
  [[nodiscard]] const app::ProxySessionStore& proxy_sessions() const override {
    return reading().proxy_sessions();
  }
  [[nodiscard]] const app::TwoFactorStore& two_factor() const override {
    return reading().two_factor();
  }

 private:
  app::Transaction& writing() {
    database_.before_statement();
    return *writing_;
  }
  [[nodiscard]] const app::Transaction& reading() const {
    database_.before_statement();
    return reading_;
  }

  const app::Transaction& reading_;
  app::Transaction* writing_ = nullptr;
  InterruptedDatabase& database_;
};

void InterruptedDatabase::before_statement() {
  if (++statements_ == interruption_.at) {
    happened_ = true;
    throw std::runtime_error("killed");
  }
}

domain::Result<void> InterruptedDatabase::execute(const Callback& callback) {
  if (happened_) {
    return killed();
  }
  const auto done = database_.run([&](app::Transaction& transaction) -> domain::Result<bool> {
    Stores stores{transaction, *this};
    if (const auto result = callback(stores); !result) {
      return tl::unexpected{result.error()};
    }
    before_statement();  // COMMIT
    return true;
  });
  if (done && interruption_.loses_answer) {
    happened_ = true;
    return killed();
  }
  return done.map([](bool /*done*/) {});
}

domain::Result<void> InterruptedDatabase::execute_read(const ReadCallback& callback) {
  if (happened_) {
    return killed();
  }
  const auto done =
      database_.read([&](const app::Transaction& transaction) -> domain::Result<bool> {
        const Stores stores{transaction, *this};
        if (const auto result = callback(stores); !result) {
          return tl::unexpected{result.error()};
        }
        return true;
      });
  return done.map([](bool /*done*/) {});
}

}  // namespace zenzefi::test
