// Lists come from a streaming replica, or from the primary while that is away.
#include <gtest/gtest.h>

#include "app/admin/list_users.hpp"
#include "infra/postgres/migrator.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "infra/postgres/replicated_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/await.hpp"

namespace zenzefi::test {
namespace {

TEST(ReadReplica, AnswersListsAndNothingElse) {
  PostgresServer& primary_server = shared_postgres();
  const auto settings = migrated_database();
  PostgresServer replica_server = PostgresServer::replica_of(primary_server);
  auto replica_settings = settings;
  replica_settings.port = replica_server.port();

  infra::PostgresDatabase primary{settings};
  infra::PostgresDatabase replica{replica_settings};
  infra::ReplicatedDatabase database{primary, replica};
  const auto names = [&] {
    return app::ListUsers{database}.run({.search = {}, .page = {}}).map([](const auto& page) {
      return page.items.size();
    });
  };

  add_user(database);
  await("the replica to have caught up",
        [&] { return ask(replica_settings, "SELECT count(*) FROM users") == "1"; });
  EXPECT_EQ(ask(replica_settings, "SELECT pg_is_in_recovery()"), "t");

  // What only the primary has is not in the list: it was the replica's.
  const auto operators = settings_for(replica_server.superuser(settings.database));
  ask(operators, "SELECT pg_wal_replay_pause()");
  add_user(database);
  EXPECT_EQ(names(), 1U);
  EXPECT_EQ(ask(settings, "SELECT count(*) FROM users"), "2");
  ask(operators, "SELECT pg_wal_replay_resume()");

  replica_server.kill();
  EXPECT_EQ(names(), 2U) << "from the primary";
  EXPECT_TRUE(database.ping().has_value());
}

}  // namespace
}  // namespace zenzefi::test
