// `zenzefi-auth import`, from tables as SQLAlchemy made them, to a login with the old password.
#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "tests/support/auth_service.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::test {
namespace {

// Times are naive and mean UTC.
constexpr auto kEarlierTables = R"sql(
  CREATE SCHEMA old;
  CREATE TABLE old.users (
    id uuid PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, username varchar(100) NOT NULL UNIQUE,
    hashed_password varchar(255) NOT NULL, full_name varchar(255), is_active boolean NOT NULL,
    is_superuser boolean NOT NULL, currency_balance numeric(10, 2) NOT NULL,
    created_at timestamp NOT NULL, updated_at timestamp NOT NULL);
  CREATE TABLE old.access_tokens (
    id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES old.users, token varchar(64) NOT NULL,
    duration_hours integer NOT NULL, created_at timestamp NOT NULL, activated_at timestamp,
    expires_at timestamp, is_active boolean NOT NULL, revoked_at timestamp);
  INSERT INTO old.users
    SELECT md5(name)::uuid, name || '@example.com', name, hash, initcap(name), true, name = 'ann',
           balance, now(), now()
      FROM (VALUES ('ann', public.crypt('correct horse', public.gen_salt('bf', 4)), 150.00),
                   ('bob', 'plain text', 10.00)) v (name, hash, balance);
  INSERT INTO old.access_tokens
    SELECT md5(token)::uuid, md5(owner)::uuid, token, 24, now(), activated_at, expires_at, active,
           NULL
      FROM (VALUES ('ann', 'token-in-use', timezone('UTC', now()) - interval '4 hours',
                    timezone('UTC', now()) + interval '20 hours', true),
                   ('ann', 'token-unused', NULL, NULL, true),
                   ('ann', 'token-over', timezone('UTC', now()) - interval '2 days', NULL, true),
                   ('bob', 'token-of-bob', NULL, NULL, true))
           v (owner, token, activated_at, expires_at, active);
)sql";

class Import : public testing::Test {
 protected:
  Import() {
    run_sql(postgres_.superuser(earlier_.name), "CREATE EXTENSION pgcrypto");
    run_sql(earlier_, kEarlierTables);
  }

  static void run_sql(const DatabaseAddress& address, const std::string& sql) {
    pqxx::connection connection{address.connection_string()};
    pqxx::work work{connection};
    work.exec(sql);
    work.commit();
  }

  [[nodiscard]] Environment environment() const {
    Environment all = redis_.environment();
    all.merge(database_.environment());
    return all;
  }

  Finished take_over(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"import", "--schema", "old"});
    return service_.command(arguments, {{"IMPORT_FROM_DSN", earlier_.connection_string()}});
  }

  PostgresServer postgres_;
  RedisServer redis_;
  DatabaseAddress earlier_ = postgres_.create_database();
  DatabaseAddress database_ = postgres_.create_database();
  AuthService service_{{.settings = environment()}};
  HttpClient client_;
};

TEST_F(Import, TakesWhatItCanAndSaysWhatItCannot) {
  const auto rehearsed = take_over({"--rehearsal"});
  EXPECT_EQ(rehearsed.status, 0);
  EXPECT_NE(rehearsed.output.find("would take 1 of 2 users"), std::string::npos)
      << rehearsed.output;

  const auto [status, output] = take_over();
  EXPECT_EQ(status, 0);
  EXPECT_NE(output.find("took 1 of 2 users with 150.00 ZNC, and 2 of 4 access tokens"),
            std::string::npos)
      << output;
  EXPECT_NE(output.find("not taken: user bob@example.com: the password's hash"), std::string::npos)
      << output;
  for (const char* secret : {"token-", "plain text", "$2a$"}) {
    EXPECT_EQ(output.find(secret), std::string::npos) << output;
  }

  const auto login = client_.post_json(service_.public_url() + "/api/v1/auth/login",
                                       R"({"email":"ann@example.com","password":"correct horse"})");
  ASSERT_EQ(login.status, 200) << login.body;
  EXPECT_EQ(login.json().text("/user/full_name"), "Ann");
  const std::string bearer = "Authorization: Bearer " + login.json().text("/access_token");
  const auto balance = client_.get(service_.public_url() + "/api/v1/currency/balance", {bearer});
  EXPECT_EQ(balance.body, R"({"balance":150.00,"currency":"ZNC"})");
  const auto tokens = client_.get(service_.public_url() + "/api/v1/tokens/my-tokens", {bearer});
  EXPECT_EQ(tokens.json().integer("/total"), 2) << tokens.body;
  EXPECT_NE(tokens.body.find("token-unused"), std::string::npos);

  const auto in_use =
      client_.get(service_.public_url() + "/api/v1/proxy/status", {"X-Access-Token: token-in-use"});
  ASSERT_EQ(in_use.status, 200) << in_use.body;
  EXPECT_NEAR(static_cast<double>(in_use.json().integer("/time_remaining_seconds")), 20 * 3600, 60);

  EXPECT_EQ(service_.command({"reconcile"}).status, 0);
  EXPECT_EQ(service_.command({"audit", "verify"}).status, 0);
  EXPECT_NE(take_over().output.find("took 0 of 2 users"), std::string::npos)
      << "all are here already";
}

TEST_F(Import, SaysWhyNothingCanBeRead) {
  const auto wrong_schema = service_.command({"import", "--schema", "no\"such"},
                                             {{"IMPORT_FROM_DSN", earlier_.connection_string()}});
  EXPECT_EQ(wrong_schema.status, 1);
  EXPECT_NE(wrong_schema.output.find("cannot read the earlier deployment"), std::string::npos);
  const auto nowhere = service_.command({"import", "--from-dsn", "host=127.0.0.1 port=1"});
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_NE(nowhere.output.find("cannot read the earlier deployment"), std::string::npos);
  EXPECT_NE(service_.command({"import"}).status, 0) << "from where?";
}

}  // namespace
}  // namespace zenzefi::test
