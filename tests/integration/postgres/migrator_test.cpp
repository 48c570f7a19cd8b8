#include "infra/postgres/migrator.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "infra/postgres/migration.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using infra::MigrationStatus;
using infra::Migrator;

std::size_t count_applied(const std::vector<MigrationStatus>& all) {
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const auto& one) { return one.applied_at.has_value(); }));
}

// Everything in the schema but our own record of it, and what extensions brought.
std::string objects(const infra::PostgresSettings& settings) {
  return ask(
      settings,
      "SELECT coalesce(string_agg(name, ' ' ORDER BY name), '') FROM ("
      "  SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace"
      "  UNION ALL SELECT proname::text || '()' FROM pg_proc"
      "   WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS ("
      "     SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')) o "
      "WHERE name NOT LIKE 'schema_migrations%'");
}

TEST(Migrations, AreNumberedWithoutGapsAndHaveAWayBack) {
  int expected = 1;
  for (const auto& migration : infra::migrations()) {
    EXPECT_EQ(migration.number, expected++) << migration.name;
    EXPECT_FALSE(migration.up.empty()) << migration.name;
    EXPECT_FALSE(migration.down.empty()) << migration.name;
  }
}

TEST(Migrator, AppliesEachOnceAndSaysWhatIsApplied) {
  Migrator migrator{empty_database()};
  const std::size_t total = infra::migrations().size();
  EXPECT_EQ(count_applied(migrator.status().value()), 0U);

  const auto applied = migrator.up().value();
  EXPECT_EQ(applied.size(), total);
  EXPECT_EQ(count_applied(applied), total);
  EXPECT_EQ(count_applied(migrator.status().value()), total);
  EXPECT_TRUE(migrator.up().value().empty());
}

TEST(Migrator, EveryStepCanBeTakenBackAndDoneAgain) {
  const auto settings = empty_database();
  Migrator migrator{settings};
  ASSERT_TRUE(migrator.up());
  const std::string whole = objects(settings);
  for (auto left = infra::migrations().size(); left > 0; --left) {
    const auto undone = migrator.down().value();
    ASSERT_TRUE(undone.has_value());
    EXPECT_EQ(undone->number, static_cast<int>(left));
    EXPECT_EQ(count_applied(migrator.status().value()), left - 1);
  }
  EXPECT_EQ(objects(settings), "");
  EXPECT_FALSE(migrator.down().value().has_value());

  ASSERT_TRUE(migrator.up());
  EXPECT_EQ(objects(settings), whole);
}

TEST(Migrator, LeavesAnExtensionThatWasThereBefore) {
  const auto settings = empty_database();
  ASSERT_EQ(attempt(settings, "CREATE EXTENSION pg_trgm"), "");
  Migrator migrator{settings};
  ASSERT_TRUE(migrator.up());
  while (migrator.down().value().has_value()) {
  }
  EXPECT_EQ(ask(settings, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"), "1");
}

TEST(Migrator, SeveralAtOnceApplyEachOnce) {
  const auto settings = empty_database();
  const auto applied =
      concurrently(4, [&](std::size_t) { return Migrator{settings}.up().value().size(); });
  std::size_t sum = 0;
  for (const std::size_t count : applied) {
    sum += count;
  }
  EXPECT_EQ(sum, infra::migrations().size());
}

TEST(Migrator, AFailedStepLeavesNothingOfItself) {
  const auto settings = empty_database();
  ASSERT_EQ(attempt(settings, "CREATE TABLE sessions (in_the_way integer)"), "");
  Migrator migrator{settings};
  const auto outcome = migrator.up();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, domain::ErrorCode::kInternal);
  EXPECT_EQ(count_applied(migrator.status().value()), 3U);
  EXPECT_EQ(ask(settings, "SELECT to_regclass('refresh_tokens') IS NULL"), "t");

  ASSERT_EQ(attempt(settings, "DROP TABLE sessions"), "");
  EXPECT_EQ(migrator.up().value().size(), infra::migrations().size() - 3);
}

TEST(Migrator, LeavesAloneWhatANewerProgramApplied) {
  const auto settings = migrated_database();
  ASSERT_EQ(attempt(settings, "INSERT INTO schema_migrations VALUES (9999, 'from_the_future')"),
            "");
  Migrator migrator{settings};
  EXPECT_TRUE(migrator.up().value().empty());
  EXPECT_FALSE(migrator.status().value().back().known);
  EXPECT_EQ(migrator.down().error().code, domain::ErrorCode::kConflict);
  EXPECT_EQ(migrator.reset().error().code, domain::ErrorCode::kConflict);
}

TEST(Migrator, SaysThatTheDatabaseIsNotThere) {
  auto settings = empty_database();
  settings.port = 1;
  EXPECT_EQ(Migrator{settings}.up().error().code, domain::ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace zenzefi::test
