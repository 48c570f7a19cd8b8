// How PostgresDatabase runs units of work.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/await.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::ErrorCode;
using domain::Result;

class UnitOfWork : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = migrated_database();
};

TEST_F(UnitOfWork, IsRunAgainAfterADeadlock) {
  infra::PostgresDatabase database{settings_};
  const std::array users{add_user(database), add_user(database)};
  std::atomic<int> runs{0};
  std::latch both_hold_one{2};
  const auto results = concurrently(2, [&](std::size_t i) {
    bool first_time = true;
    return database
        .run([&](Transaction& t) -> Result<bool> {
          ++runs;
          t.users().lock(users[i]);
          if (std::exchange(first_time, false)) {
            both_hold_one.arrive_and_wait();
          }
          t.users().lock(users[1 - i]);
          t.users().set_full_name(users[0], "run " + std::to_string(runs));
          return true;
        })
        .has_value();
  });
  EXPECT_EQ(results, (std::vector{true, true}));
  // The one run again may be quicker than the one that waited, and meet it once more.
  EXPECT_GE(runs, 3);
}

TEST_F(UnitOfWork, WaitsForALockNoLongerThanAllowed) {
  settings_.lock_timeout = std::chrono::milliseconds{100};
  infra::PostgresDatabase database{settings_};
  const Uuid id = add_user(database);
  const auto outer = database.run([&](Transaction& t) -> Result<bool> {
    t.users().lock(id);
    const auto inner = database.run([&](Transaction& second) -> Result<bool> {
      second.users().lock(id);
      return true;
    });
    EXPECT_EQ(inner.error().code, ErrorCode::kUnavailable);
    return true;
  });
  EXPECT_TRUE(outer);
}

TEST_F(UnitOfWork, AnExceptionOfTheWorkTakesEverythingBackAndSaysNothingOutside) {
  infra::PostgresDatabase database{settings_};
  const Uuid id = random_uuid();
  const auto result = database.run([&](Transaction& t) -> Result<bool> {
    t.users().insert(
        {.id = id, .email = "a@b.c", .username = "abc", .hashed_password = "x", .full_name = {}});
    throw std::runtime_error("the secret is 42");
  });
  EXPECT_EQ(result.error().code, ErrorCode::kInternal);
  EXPECT_EQ(result.error().detail.find("42"), std::string::npos);
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM users"), "0");
}

TEST_F(UnitOfWork, RefusesATextThatANulWouldCut) {
  infra::PostgresDatabase database{settings_};
  const Uuid id = add_user(database);
  const auto result = database.run([&](Transaction& t) -> Result<bool> {
    t.users().set_full_name(id, std::string("ab\0cd", 5));
    return true;
  });
  EXPECT_EQ(result.error().code, ErrorCode::kInternal);
  EXPECT_EQ(ask(settings_, "SELECT full_name FROM users"), "NULL");
}

TEST_F(UnitOfWork, ErrorsNameNeitherValuesNorStatements) {
  infra::PostgresDatabase database{settings_};
  const auto insert = [&](const Uuid& id, const std::string& username) {
    return database.run([&](Transaction& t) -> Result<bool> {
      t.users().insert({.id = id,
                        .email = username + "@example.com",
                        .username = username,
                        .hashed_password = "hash-of-a-password",
                        .full_name = {}});
      return true;
    });
  };
  const Uuid id = random_uuid();
  ASSERT_TRUE(insert(id, "ann"));
  const auto same_name = insert(random_uuid(), "ann");
  EXPECT_EQ(same_name.error().code, ErrorCode::kRuleViolated);
  const auto same_id = insert(id, "bob");
  EXPECT_EQ(same_id.error().code, ErrorCode::kInternal);
  for (const std::string secret : {"example", "INSERT", "hash-of", "users", "bob"}) {
    EXPECT_EQ(same_name.error().detail.find(secret), std::string::npos) << secret;
    EXPECT_EQ(same_id.error().detail.find(secret), std::string::npos) << secret;
  }
}

TEST_F(UnitOfWork, TheSecondUseOfARefreshTokenSeesTheFirst) {
  infra::PostgresDatabase database{settings_};
  const Uuid user = add_user(database);
  const TokenHash token = random_hash();
  const Timestamp now{std::chrono::seconds{1'760'000'000}};
  ASSERT_TRUE(database.run([&](Transaction& t) -> Result<bool> {
    t.sessions().insert({.id = random_uuid(),
                         .user_id = user,
                         .remember_me = false,
                         .device_info = "",
                         .ip_address = "not an address",
                         .created_at = now,
                         .expires_at = now + std::chrono::hours{24},
                         .ended_at = {}},
                        token);
    return true;
  }));
  const auto unused = concurrently(16, [&](std::size_t) {
    return database
        .run([&](Transaction& t) -> Result<bool> {
          const auto match = t.sessions().lock_by_refresh_token(token).value();
          if (match.token.used_at) {
            return false;
          }
          t.sessions().rotate(match.session.id, token, random_hash(), now,
                              now + std::chrono::hours{24});
          return true;
        })
        .value();
  });
  EXPECT_EQ(std::count(unused.begin(), unused.end(), true), 1);
}

TEST_F(UnitOfWork, TwoDeliveriesOfTheOutboxShareTheWork) {
  infra::PostgresDatabase database{settings_};
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(database.run([&](Transaction& t) -> Result<bool> {
      t.outbox().add(random_hash());
      return true;
    }));
  }
  ASSERT_TRUE(database.run([&](Transaction& first) -> Result<bool> {
    const auto mine = first.outbox().lock_oldest(3);
    EXPECT_EQ(mine.size(), 3U);
    return database.run([&](Transaction& second) -> Result<bool> {
      const auto theirs = second.outbox().lock_oldest(3);
      EXPECT_EQ(theirs.size(), 1U);
      EXPECT_GT(theirs.at(0).id, mine.at(2).id);
      second.outbox().remove(std::array{theirs.at(0).id});
      EXPECT_TRUE(second.outbox().holds_older_than(std::chrono::milliseconds{0}))
          << "what the first has not delivered";
      EXPECT_FALSE(second.outbox().holds_older_than(std::chrono::hours{1}));
      return true;
    });
  }));
  EXPECT_TRUE(database.run([&](Transaction& t) -> Result<bool> {
    for (const app::PendingInvalidation& pending : t.outbox().lock_oldest(4)) {
      t.outbox().remove(std::array{pending.id});
    }
    EXPECT_FALSE(t.outbox().holds_older_than(std::chrono::milliseconds{0}));
    return true;
  }));
}

TEST_F(UnitOfWork, AClaimWaitsForTheOneUnderWay) {
  infra::PostgresDatabase database{settings_};
  const Uuid user = add_user(database);
  const Timestamp now{std::chrono::seconds{1'760'000'000}};
  const app::IdempotencyScope scope{.user_id = user, .key = "key"};
  const auto purchase = [] {
    return app::IdempotentPurchase{.fingerprint = random_hash().hex(),
                                   .transaction_id = random_uuid()};
  };
  for (const bool first_commits : {true, false}) {
    std::latch claimed{1};
    std::optional<app::IdempotentPurchase> seen;
    std::thread second;
    static_cast<void>(database.run([&](Transaction& t) -> Result<bool> {
      EXPECT_FALSE(t.idempotency().claim(scope, purchase(), now).has_value());
      second = std::thread{[&] {
        const auto done = database.run([&](Transaction& other) -> Result<bool> {
          seen = other.idempotency().claim(scope, purchase(), now);
          return true;
        });
        EXPECT_TRUE(done);
      }};
      await("the second claim to wait", [&] {
        return ask(settings_,
                   "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                   "datname = current_database()") == "1";
      });
      if (first_commits) {
        return true;
      }
      return domain::fail(ErrorCode::kConflict, "");
    }));
    second.join();
    EXPECT_EQ(seen.has_value(), first_commits);
    ASSERT_EQ(attempt(settings_, "DELETE FROM idempotency_keys"), "");
  }
}

}  // namespace
}  // namespace zenzefi::test
