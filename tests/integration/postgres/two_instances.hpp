// The use cases on a real PostgreSQL, as two instances of the service; at the end of a test the
// books and the audit log must be right.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "app/tokens/check_token.hpp"
#include "app/tokens/purchase_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "infra/postgres/audit_verifier.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "infra/postgres/reconciler.hpp"
#include "tests/integration/postgres/ports.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {

class TwoInstances : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = [] {
    auto settings = migrated_database();
    settings.acquire_timeout = std::chrono::seconds{30};
    settings.lock_timeout = std::chrono::seconds{30};
    settings.statement_timeout = std::chrono::seconds{30};
    settings.silence_timeout = std::chrono::seconds{60};
    return settings;
  }();
  infra::PostgresDatabase database_{settings_};
  // A second instance of the service, with a pool of its own.
  infra::PostgresDatabase other_instance_{settings_};
  RandomEntropy entropy_;
  OpenSealer sealer_;
  MemoryGrantCache cache_;
  CountingProvider provider_;
  SystemClock clock_;
  domain::PriceList prices_{domain::PriceList::Prices{}};

  void TearDown() override {
    const auto discrepancies = infra::reconcile(settings_).value();
    for (const auto& discrepancy : discrepancies) {
      ADD_FAILURE() << discrepancy.to_string();
    }
    const auto verdict = infra::verify_audit_log(settings_).value();
    EXPECT_FALSE(verdict.first_broken.has_value()) << verdict.first_broken->to_string();
  }

  app::Database& instance(std::size_t i) {
    return i % 2 == 0 ? static_cast<app::Database&>(database_) : other_instance_;
  }
  auto buy(std::size_t i, const Uuid& user, std::optional<std::string> key = std::nullopt) {
    return app::PurchaseToken{instance(i), sealer_, entropy_, prices_, clock_}.run(
        {.user_id = user, .duration_hours = 24, .idempotency_key = std::move(key)});
  }
  auto revoke(std::size_t i, const Uuid& user, const Uuid& token) {
    return app::RevokeToken{instance(i), cache_, entropy_, clock_}.run(
        {.user_id = user, .token_id = token});
  }
  auto check(std::size_t i, const TokenHash& hash) {
    return app::CheckToken{instance(i), cache_, clock_}.run(hash);
  }
  std::string balance() { return ask(settings_, "SELECT currency_balance FROM users"); }
  std::string count(const std::string& what) {
    return ask(settings_, "SELECT count(*) FROM " + what);
  }
};

}  // namespace zenzefi::test
