// What the schema itself holds, whatever program writes to it.
#include <gtest/gtest.h>

#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

constexpr char kRestrictViolation[] = "23001";
constexpr char kCheckViolation[] = "23514";
constexpr char kUniqueViolation[] = "23505";

class Schema : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = migrated_database();
  infra::PostgresDatabase database_{settings_};
};

TEST_F(Schema, TheLedgerAndTheAuditLogAreAppendOnly) {
  add_user(database_, domain::Money::from_cents(100));
  ASSERT_EQ(attempt(settings_, "INSERT INTO audit_log (action, target_type) VALUES ('a', 'b')"),
            "");
  for (const std::string table : {"transactions", "audit_log"}) {
    EXPECT_EQ(attempt(settings_, "DELETE FROM " + table), kRestrictViolation) << table;
    EXPECT_EQ(attempt(settings_, "TRUNCATE " + table), kRestrictViolation) << table;
    EXPECT_EQ(attempt(settings_, "UPDATE " + table + " SET created_at = now()"), kRestrictViolation)
        << table;
    EXPECT_EQ(ask(settings_, "SELECT count(*) FROM " + table), "1");
  }
}

TEST_F(Schema, ABalanceIsNeverNegative) {
  add_user(database_);
  EXPECT_EQ(attempt(settings_, "UPDATE users SET currency_balance = -0.01"), kCheckViolation);
}

TEST_F(Schema, EmailAndUsernameAreUniqueWithoutRegardToCase) {
  const auto insert = [&](const std::string& email, const std::string& username) {
    return attempt(settings_,
                   "INSERT INTO users (id, email, username, hashed_password) VALUES "
                   "(gen_random_uuid(), '" +
                       email + "', '" + username + "', 'x')");
  };
  EXPECT_EQ(insert("Ann@Example.com", "Ann"), "");
  EXPECT_EQ(insert("ann@example.COM", "bob"), kUniqueViolation);
  EXPECT_EQ(insert("bob@example.com", "aNN"), kUniqueViolation);
  EXPECT_EQ(insert("bob@example.com", "bob"), "");
}

TEST_F(Schema, ATokenIsActivatedOnceAndRevokedOnce) {
  add_token(database_, add_user(database_, domain::Money::from_cents(18'00)));
  EXPECT_EQ(attempt(settings_, "UPDATE access_tokens SET activated_at = now(), revoked_at = now()"),
            "");
  for (const std::string column : {"activated_at", "revoked_at"}) {
    EXPECT_EQ(attempt(settings_, "UPDATE access_tokens SET " + column + " = NULL"),
              kRestrictViolation);
    EXPECT_EQ(
        attempt(settings_, "UPDATE access_tokens SET " + column + " = now() + interval '1 day'"),
        kRestrictViolation);
  }
}

TEST_F(Schema, UpdatedAtMovesByItself) {
  const Uuid id = add_user(database_);
  ASSERT_EQ(attempt(settings_, "UPDATE users SET full_name = 'Ann', updated_at = '2001-01-01'"),
            "");
  EXPECT_EQ(ask(settings_,
                "SELECT updated_at > created_at FROM users WHERE id = '" + id.to_string() + "'"),
            "t");
}

TEST_F(Schema, PartitionsAreMadeAheadOnceAndTakeTheirRows) {
  const auto made =
      concurrently(4, [&](std::size_t) { return database_.ensure_partitions(6).value(); });
  std::size_t sum = 0;
  for (const std::size_t count : made) {
    sum += count;
  }
  EXPECT_EQ(sum, 2 * 4U) << "two tables, four months more than the migration makes";
  EXPECT_EQ(database_.ensure_partitions(6).value(), 0U);

  add_user(database_, domain::Money::from_cents(100));
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM transactions_" +
                               ask(settings_,
                                   "SELECT to_char(now() AT TIME ZONE 'UTC', "
                                   "'YYYY_MM')")),
            "1");
  // Indexes and triggers come with the attachment.
  EXPECT_EQ(attempt(settings_,
                    "DELETE FROM transactions_" + ask(settings_,
                                                      "SELECT to_char(now() AT TIME ZONE 'UTC', "
                                                      "'YYYY_MM')")),
            kRestrictViolation);
}

TEST_F(Schema, EveryConstraintAndIndexHasANameOfOurs) {
  // What PostgreSQL names by itself ends like this; NOT NULL has no name before version 18.
  EXPECT_EQ(ask(settings_,
                "SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
                "AND conname ~ '_(check|excl)[0-9]*$'"),
            "0");
}

TEST_F(Schema, EveryForeignKeyCanBeFollowedBackByAnIndex) {
  EXPECT_EQ(ask(settings_,
                "SELECT coalesce(string_agg(c.conname, ' '), '') FROM pg_constraint c "
                "WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT EXISTS ("
                "  SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = "
                "c.conkey[1])"),
            "");
}

}  // namespace
}  // namespace zenzefi::test
