// Two instances of the service on one PostgreSQL and one Redis, used at once: every request that
// may be made twice is made to both at one moment.
#include <gtest/gtest.h>

#include <array>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

constexpr std::size_t kInstances = 2;
constexpr int kRounds = 4;

class TwoServices : public testing::Test {
 protected:
  using Answers = std::vector<HttpResponse>;

  // The same call to each instance, twice over.
  template <typename Call>
  Answers from_both(Call call) {
    return concurrently(2 * kInstances, [&](std::size_t i) {
      HttpClient client;
      return call(client, instance(i));
    });
  }
  [[nodiscard]] const AuthService& instance(std::size_t i) const {
    return i % kInstances == 0 ? stack_.auth : second_;
  }

  Answers post(const Account& account, const std::string& path, const std::string& body,
               const std::string& key) {
    return from_both([&](HttpClient& client, const AuthService& service) {
      return client.post_json(service.public_url() + "/api/v1" + path, body,
                              {account.authorization(), "Idempotency-Key: " + key});
    });
  }

  // One answer, given to everybody.
  static Json only(const Answers& answers, int status) {
    for (const HttpResponse& answer : answers) {
      EXPECT_EQ(answer.status, status) << answer.body;
      EXPECT_EQ(answer.body, answers.front().body);
    }
    return answers.front().json();
  }
  static std::array<int, 2> count(const Answers& answers, int first, int second) {
    std::array<int, 2> counts{};
    for (const HttpResponse& answer : answers) {
      counts[0] += answer.status == first ? 1 : 0;
      counts[1] += answer.status == second ? 1 : 0;
    }
    return counts;
  }

  // What one person does, to whichever instance answers.
  void live(const Account& account, int round) {
    const std::string key = account.id() + std::to_string(round);
    only(post(account, "/currency/purchase", R"({"amount":50.00,"payment_method":"card"})",
              "deposit-" + key),
         200);
    const Json bought =
        only(post(account, "/tokens/purchase", R"({"duration_hours":24})", "buy-" + key), 201);
    const std::string id = bought.text("/token_id");
    const std::string token = "X-Access-Token: " + bought.text("/token");

    const Answers checks = from_both([&](HttpClient& client, const AuthService& service) {
      return client.get(service.internal_url() + "/internal/check", {token});
    });
    for (const HttpResponse& check : checks) {
      EXPECT_EQ(check.status, 204);
      EXPECT_EQ(check.header("X-Access-Token-Expires-At"),
                checks.front().header("X-Access-Token-Expires-At"));
    }
    only(post(account, "/tokens/" + id + "/extend", R"({"duration_hours":12})", "extend-" + key),
         200);
    const Answers revocations = from_both([&](HttpClient& client, const AuthService& service) {
      return client.send({.method = "DELETE",
                          .url = service.public_url() + "/api/v1/tokens/" + id,
                          .headers = {account.authorization()}});
    });
    EXPECT_EQ(count(revocations, 200, 409), (std::array<int, 2>{1, 2 * kInstances - 1}));
    for (std::size_t i = 0; i < kInstances; ++i) {
      HttpClient client;
      EXPECT_EQ(client.get(instance(i).internal_url() + "/internal/check", {token}).status, 401);
    }
  }

  Stack stack_;
  AuthService second_{{.settings = without_ports(stack_.auth.settings()), .migrate = false}};

 private:
  static Environment without_ports(Environment settings) {
    settings.erase("AUTH_PUBLIC_PORT");
    settings.erase("AUTH_INTERNAL_PORT");
    return settings;
  }
};

TEST_F(TwoServices, DoNothingTwice) {
  std::vector<Account> accounts;
  for (int i = 0; i < 3; ++i) {
    accounts.emplace_back(stack_, "0");
  }
  concurrently(accounts.size(), [&](std::size_t i) {
    for (int round = 0; round < kRounds; ++round) {
      live(accounts[i], round);
    }
    return true;
  });

  for (const Account& account : accounts) {
    EXPECT_EQ(query_value(stack_,
                          "SELECT string_agg(n || ' ' || t, ', ' ORDER BY t) FROM (SELECT "
                          "count(*) AS n, transaction_type AS t FROM transactions WHERE "
                          "user_id = '" +
                              account.id() + "' GROUP BY t) entry"),
              "4 deposit, 8 purchase, 4 refund");
  }
  EXPECT_EQ(query_value(stack_, "SELECT count(*) FROM outbox"), "0");
  expect_ledger_adds_up(stack_);
  const auto [status, output] = stack_.auth.command({"audit", "verify"});
  EXPECT_EQ(status, 0) << output;
}

}  // namespace
}  // namespace zenzefi::test
