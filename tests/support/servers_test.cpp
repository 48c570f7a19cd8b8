#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::test {
namespace {

using namespace std::chrono_literals;

int count_to_one(pqxx::connection& connection) {
  pqxx::nontransaction work{connection};
  return work.exec1("SELECT 1")[0].as<int>();
}

TEST(PostgresServer, GivesDatabasesAndSurvivesItsFaults) {
  PostgresServer server;
  const DatabaseAddress address = server.create_database();
  EXPECT_NE(address.name, server.create_database().name);
  {
    pqxx::connection connection{address.connection_string()};
    EXPECT_EQ(count_to_one(connection), 1);
    server.pause();
    EXPECT_EQ(
        run({.argv = {"timeout", "0.2", "psql", address.connection_string(), "-c", "SELECT 1"}})
            .status,
        124);
    server.resume();
    EXPECT_EQ(count_to_one(connection), 1);
    server.stop();
    EXPECT_THROW(count_to_one(connection), pqxx::broken_connection);
  }
  server.start();
  {
    pqxx::connection connection{address.connection_string()};
    EXPECT_EQ(count_to_one(connection), 1);
    server.kill();
    EXPECT_THROW(count_to_one(connection), pqxx::broken_connection);
  }
  server.start();
  pqxx::connection connection{address.connection_string()};
  EXPECT_EQ(count_to_one(connection), 1);
}

TEST(PostgresServer, TheServicesUserIsNoSuperuser) {
  PostgresServer server;
  const DatabaseAddress address = server.create_database();
  pqxx::connection connection{address.connection_string()};
  pqxx::nontransaction work{connection};
  EXPECT_EQ(
      work.exec1("SELECT usesuper OR usecreatedb FROM pg_user WHERE usename = current_user")[0]
          .as<bool>(),
      false);
}

TEST(RedisServer, KeepsItsDataOnlyWhenToldTo) {
  RedisServer forgetful;
  forgetful.set("key", "value");
  EXPECT_EQ(forgetful.get("key"), "value");
  forgetful.stop();
  EXPECT_THROW(static_cast<void>(forgetful.get("key")), std::runtime_error);
  forgetful.start();
  EXPECT_EQ(forgetful.get("key"), std::nullopt);

  RedisServer persistent{{.password = "secret", .persistent = true}};
  persistent.set("key", "value");
  persistent.stop();
  persistent.start();
  EXPECT_EQ(persistent.get("key"), "value");
  persistent.kill();
  persistent.start();
  EXPECT_EQ(persistent.command({"TTL", "key"}).integer, -1);
}

}  // namespace
}  // namespace zenzefi::test
