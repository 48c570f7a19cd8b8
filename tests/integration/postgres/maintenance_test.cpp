#include "infra/postgres/maintenance.hpp"

#include <gtest/gtest.h>

#include "infra/postgres/migrator.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {
namespace {

class Maintenance : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = migrated_database();
  infra::PostgresDatabase database_{settings_};

  void SetUp() override {
    add_token(database_, add_user(database_, domain::Money::from_cents(20'00)));
  }

  void expect_empty_and_usable() {
    EXPECT_EQ(ask(settings_, "SELECT count(*) FROM users"), "0");
    EXPECT_EQ(ask(settings_, "SELECT count(*) FROM transactions"), "0");
    add_token(database_, add_user(database_, domain::Money::from_cents(20'00)));
    EXPECT_EQ(attempt(settings_, "TRUNCATE transactions"), "23001") << "the guard stands again";
  }
};

TEST_F(Maintenance, ClearDeletesTheDataAndKeepsTheSchema) {
  const std::string migrated = ask(settings_, "SELECT max(applied_at) FROM schema_migrations");
  ASSERT_TRUE(infra::clear_data(settings_));
  EXPECT_EQ(ask(settings_, "SELECT max(applied_at) FROM schema_migrations"), migrated);
  expect_empty_and_usable();
}

TEST_F(Maintenance, ClearKnowsEveryTable) {
  // TRUNCATE without CASCADE names them all; a table it forgets keeps its rows.
  ASSERT_EQ(
      attempt(settings_,
              "INSERT INTO audit_log (action, target_type) VALUES ('a', 'b');"
              "INSERT INTO token_extensions SELECT gen_random_uuid(), id, 1 FROM access_tokens;"
              "INSERT INTO outbox (token_hash) VALUES (sha256('a'));"
              "INSERT INTO totp_secrets (user_id, secret_sealed) SELECT id, '' FROM users;"
              "INSERT INTO backup_codes SELECT gen_random_uuid(), id, '' FROM users;"
              "INSERT INTO sessions SELECT gen_random_uuid(), id, false, '', NULL, now(), "
              "  now() FROM users;"
              "INSERT INTO refresh_tokens SELECT sha256('b'), id FROM sessions;"
              "INSERT INTO idempotency_keys SELECT id, 'c', 'k', sha256('c'), "
              "  gen_random_uuid(), now() FROM users;"
              "INSERT INTO proxy_sessions (id, user_id, token_id, started_at, last_activity) "
              "  SELECT gen_random_uuid(), user_id, id, now(), now() FROM access_tokens;"
              "INSERT INTO usage_batches VALUES (gen_random_uuid(), 1, now());"
              "INSERT INTO payments (provider, reference, paid, status) "
              "  VALUES ('demo', '1', '1', 'pending')"),
      "");
  const std::string tables_with_rows =
      "SELECT coalesce(string_agg(c.relname, ' '), '') FROM pg_class c "
      "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
      "AND NOT c.relispartition AND c.relname <> 'schema_migrations' AND (xpath('/row/n/text()', "
      "query_to_xml('SELECT count(*) AS n FROM ' || c.relname, false, true, '')))[1]::text <> '0'";
  ASSERT_EQ(ask(settings_, "SELECT cardinality(string_to_array((" + tables_with_rows + "), ' '))"),
            "15");
  ASSERT_TRUE(infra::clear_data(settings_));
  EXPECT_EQ(ask(settings_, tables_with_rows), "");
}

TEST_F(Maintenance, ResetMakesTheSchemaAnew) {
  ASSERT_TRUE(infra::Migrator{settings_}.reset());
  EXPECT_TRUE(infra::Migrator{settings_}.up().value().empty());
  expect_empty_and_usable();
}

TEST_F(Maintenance, ResetAlsoMakesTheFirstSchema) {
  const auto empty = empty_database();
  ASSERT_TRUE(infra::Migrator{empty}.reset());
  EXPECT_TRUE(infra::Migrator{empty}.up().value().empty());
}

TEST_F(Maintenance, ForgetsWhatHasHadItsTime) {
  ASSERT_EQ(attempt(settings_,
                    "INSERT INTO sessions SELECT gen_random_uuid(), id, false, '', NULL, now(), "
                    "  now() - a FROM users, unnest(ARRAY[interval '29 days', '31 days']) a;"
                    "INSERT INTO idempotency_keys SELECT id, 'c', a::text, sha256('c'), "
                    "  gen_random_uuid(), now() - a "
                    "  FROM users, unnest(ARRAY[interval '23 hours', '26 hours']) a"),
            "");
  EXPECT_EQ(database_.forget_expired().value(), 2U);
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM sessions"), "1");
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM idempotency_keys"), "1");
}

}  // namespace
}  // namespace zenzefi::test
