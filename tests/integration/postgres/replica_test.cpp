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

using ReplicaClock = infra::ReplicatedDatabase::Clock;

// Says that it cannot answer, after a while.
class HungReplica final : public app::Database {
 public:
  HungReplica(ReplicaClock::time_point& now, ReplicaClock::duration silence)
      : now_(now), silence_(silence) {}

  [[nodiscard]] int asked() const { return asked_; }
  domain::Result<void> ping() override { return {}; }

 protected:
  domain::Result<void> execute(const Callback& /*callback*/) override { return away(); }
  domain::Result<void> execute_read(const ReadCallback& /*callback*/) override { return away(); }

 private:
  domain::Result<void> away() {
    ++asked_;
    now_ += silence_;
    return domain::fail(domain::ErrorCode::kUnavailable, "away");
  }

  ReplicaClock::time_point& now_;
  ReplicaClock::duration silence_;
  int asked_ = 0;
};

TEST(ReadReplica, IsLeftAloneAlsoWhereAskingTookLongerThanThat) {
  constexpr auto kPause = infra::ReplicatedDatabase::kPause;
  infra::PostgresDatabase primary{migrated_database()};
  ReplicaClock::time_point now = ReplicaClock::now();
  HungReplica replica{now, 2 * kPause};
  infra::ReplicatedDatabase database{primary, replica, [&now] { return now; }};
  app::ListUsers list_users{database};
  const auto list = [&] { return list_users.run({.search = {}, .page = {}}).has_value(); };

  EXPECT_TRUE(list());
  EXPECT_TRUE(list());
  EXPECT_EQ(replica.asked(), 1);
  now += kPause;
  EXPECT_TRUE(list());
  EXPECT_EQ(replica.asked(), 2);
}

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
