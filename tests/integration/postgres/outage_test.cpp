// PostgreSQL stopped, killed, hung, and back again.
#include <gtest/gtest.h>

#include <thread>

#include "infra/postgres/migrator.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/await.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::ErrorCode;
using domain::Money;
using domain::Result;
using namespace std::chrono_literals;

class Outage : public testing::Test {
 protected:
  PostgresServer server_;
  infra::PostgresSettings settings_ = [this] {
    auto settings = settings_for(server_.create_database());
    settings.silence_timeout = 1s;
    settings.statement_timeout = 500ms;
    settings.connect_timeout = 2s;
    settings.pool_min = 3;
    return settings;
  }();
  infra::PostgresDatabase database_{settings_};
  Uuid user_;

  void SetUp() override {
    ASSERT_TRUE(infra::Migrator{settings_}.up());
    ASSERT_TRUE(database_.warm_up());
    user_ = add_user(database_, Money::from_cents(10'00));
    // The test's server commits asynchronously; one synchronous commit brings the rest to the disk.
    ASSERT_EQ(attempt(settings_, "SET LOCAL synchronous_commit = on; UPDATE users SET role = role"),
              "");
  }

  Result<Money> balance() {
    return database_.read([&](const Transaction& t) -> Result<Money> {
      return t.users().find(user_).value().currency_balance;
    });
  }
  void book_a_cent(Transaction& t) {
    t.users().lock(user_);
    t.ledger().book({.id = random_uuid(),
                     .user_id = user_,
                     .amount = Money::from_cents(1),
                     .transaction_type = domain::TransactionType::kDeposit,
                     .description = "",
                     .token_id = {}});
  }
};

TEST_F(Outage, IsUnavailableWhileStoppedAndWorksAtOnceAfterwards) {
  server_.stop();
  EXPECT_EQ(balance().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(database_.ping().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(database_.connections().open, 0U);
  server_.start();
  EXPECT_EQ(balance().value(), Money::from_cents(10'00));
  EXPECT_TRUE(database_.ping());
}

TEST_F(Outage, WhatCannotBeWrittenToIsUnavailableThoughItCanBeRead) {
  ASSERT_EQ(attempt(settings_, "ALTER ROLE CURRENT_USER SET default_transaction_read_only = on"),
            "");
  infra::PostgresDatabase resting{settings_};
  const auto health = resting.ping();
  ASSERT_FALSE(health.has_value());
  EXPECT_EQ(health.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(resting.read(
      [&](const Transaction& t) -> Result<bool> { return t.users().find(user_).has_value(); }));
}

TEST_F(Outage, ARestartBetweenTwoCallsIsNotNoticed) {
  server_.kill();
  server_.start();
  EXPECT_EQ(balance().value(), Money::from_cents(10'00));
  EXPECT_TRUE(database_.run([&](Transaction& t) -> Result<bool> {
    book_a_cent(t);
    return true;
  }));
}

TEST_F(Outage, AServerKilledWithinATransactionTakesItBack) {
  const auto result = database_.run([&](Transaction& t) -> Result<bool> {
    book_a_cent(t);
    server_.kill();
    book_a_cent(t);
    return true;
  });
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  server_.start();
  EXPECT_EQ(balance().value(), Money::from_cents(10'00));
}

TEST_F(Outage, WorkWhoseConnectionIsLostBeforeCommitIsRunAgain) {
  int runs = 0;
  const auto result = database_.run([&](Transaction& t) -> Result<bool> {
    if (++runs == 1) {
      server_.kill();
      server_.start();
    }
    book_a_cent(t);
    return true;
  });
  EXPECT_TRUE(result);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(balance().value(), Money::from_cents(10'01));
}

TEST_F(Outage, AConnectionLostInCommitIsNotRunAgain) {
  int runs = 0;
  const auto result = database_.run([&](Transaction& t) -> Result<bool> {
    ++runs;
    book_a_cent(t);
    server_.kill();
    return true;
  });
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(runs, 1);
  server_.start();
  EXPECT_EQ(balance().value(), Money::from_cents(10'00));
}

TEST_F(Outage, AServerThatHangsIsGivenUp) {
  server_.pause();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(balance().error().code, ErrorCode::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 1s + settings_.silence_timeout)
      << "and not once more on each idle connection";
  server_.resume();
  EXPECT_EQ(balance().value(), Money::from_cents(10'00));
}

}  // namespace
}  // namespace zenzefi::test
