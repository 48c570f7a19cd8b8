// The service itself as consumer.
#include <pqxx/pqxx>

#include "infra/postgres/connection.hpp"
#include "tests/integration/usage/usage_fixture.hpp"
#include "tests/support/auth_service.hpp"
#include "tests/support/await.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {
namespace {

class UsageService : public UsageTest {
 protected:
  [[nodiscard]] Environment environment() const {
    Environment all = redis_.environment();
    all["POSTGRES_SERVER"] = settings_.host;
    all["POSTGRES_PORT"] = std::to_string(settings_.port);
    all["POSTGRES_USER"] = settings_.user;
    all["POSTGRES_PASSWORD"] = settings_.password;
    all["POSTGRES_DB"] = settings_.database;
    return all;
  }

  void await_bytes(std::uint64_t bytes) {
    await("usage to be counted", [&] { return bytes_counted() >= bytes; });
    EXPECT_EQ(bytes_counted(), bytes);
  }

  UsageWriter writer_{redis_};
};

TEST_F(UsageService, StatusAnswersFromUsage) {
  const std::string text = "usage-test-token";
  ASSERT_EQ(
      attempt(settings_,
              "UPDATE access_tokens SET activated_at = now(), token_hash = sha256('" + text + "')"),
      "");
  AuthService service({.settings = environment(), .migrate = false});
  writer_.write({delta(100)});
  await_bytes(100);
  HttpClient client;
  const auto response =
      client.get(service.public_url() + "/api/v1/proxy/status", {"X-Access-Token: " + text});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.json().integer("/bytes_transferred"), 100);
  EXPECT_EQ(response.json().text("/session_id"), ask(settings_, "SELECT id FROM proxy_sessions"));
}

TEST_F(UsageService, KilledAndStartedAgainItCountsEverythingOnce) {
  AuthService service({.settings = environment(), .migrate = false});
  std::uint64_t expected = 0;
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t i = 1; i <= 50; ++i) {
      writer_.write({delta(i)});
      expected += i;
    }
    service.kill();
    service.start();
  }
  await_bytes(expected);
  await("everything to be acknowledged", [&] { return entries() == 0 && pending() == 0; });
  EXPECT_EQ(bytes_counted(), expected);
}

TEST_F(UsageService, KilledOnEitherSideOfItsCommitItCountsOnce) {
  AuthService service({.settings = environment(), .migrate = false});
  // It has taken a batch, and cannot commit while this is held.
  const auto hold = [](pqxx::work& holder) { holder.exec("LOCK TABLE usage_batches"); };
  const auto write_and_await_that_it_is_taken = [&](std::uint64_t bytes) {
    writer_.write({delta(bytes)});
    await("the batch to be taken", [&] { return pending() == 1; });
  };
  const auto start_and_await_the_rest = [&] {
    EXPECT_EQ(pending(), 1);
    service.start();
    await("all to be acknowledged", [&] { return entries() == 0 && pending() == 0; });
  };
  infra::Connection connection{settings_, infra::ConnectionPurpose::kAdministration};
  {
    pqxx::work holder{connection.pqxx()};
    hold(holder);
    write_and_await_that_it_is_taken(1);
    service.kill();
  }
  EXPECT_EQ(bytes_counted(), 0U);
  start_and_await_the_rest();
  EXPECT_EQ(bytes_counted(), 1U);
  {
    pqxx::work holder{connection.pqxx()};
    hold(holder);
    write_and_await_that_it_is_taken(10);
    redis_.pause();  // and cannot acknowledge it from here on
  }
  await_bytes(11);
  service.kill();
  redis_.resume();
  start_and_await_the_rest();
  EXPECT_EQ(bytes_counted(), 11U);
}

}  // namespace
}  // namespace zenzefi::test
