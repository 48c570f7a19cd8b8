// What an operator has: settings that are checked, metrics, and logs that hold no secret.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/await.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/one_time_code.hpp"
#include "tests/support/pattern.hpp"

namespace zenzefi::test {
namespace {

class Operations : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>(
        StackOptions{.auth_settings = {{"LOG_LEVEL", "debug"},
                                       {"SECRET_KEY_PREVIOUS",
                                        "an-earlier-signing-key-of-this-gateway-0123456"}}});
  }
  static void TearDownTestSuite() { stack.reset(); }

  static std::map<std::string, std::string> logs() {
    return {{"service", stack->auth.log()},
            {"nginx's errors", stack->nginx().error_log()},
            {"nginx's accesses", stack->nginx().access_log()},
            {"PostgreSQL", stack->postgres.log()},
            {"Redis", stack->redis.log()}};
  }
  // Once nginx has logged the request for `last`.
  static void expect_in_no_log(const std::set<std::string>& secrets, const std::string& last) {
    await("the last request to be logged",
          [&] { return stack->nginx().access_log().find(last) != std::string::npos; });
    EXPECT_NE(stack->auth.log().find("/auth/login"), std::string::npos);
    for (const auto& [name, log] : logs()) {
      for (const std::string& secret : secrets) {
        EXPECT_EQ(log.find(secret), std::string::npos) << secret << " is in the log of " << name;
      }
    }
  }

  static inline std::unique_ptr<Stack> stack;
};

TEST_F(Operations, ConfigCheckNamesAllThatIsWrongAtOnce) {
  const auto right = stack->auth.command({"config", "check"});
  EXPECT_EQ(right.status, 0) << right.output;

  const auto wrong = stack->auth.command({"config", "check"}, {{"SECRET_KEY", "too-short-a-secret"},
                                                               {"POSTGRES_PORT", "nowhere"},
                                                               {"COOKIE_SECURE", "perhaps"},
                                                               {"PAYMENT_PROVIDER", "stripe"},
                                                               {"LOG_LEVEL", "loud"}});
  EXPECT_EQ(wrong.status, 2);
  for (const char* name :
       {"SECRET_KEY", "POSTGRES_PORT", "COOKIE_SECURE", "STRIPE_WEBHOOK_SECRET", "LOG_LEVEL"}) {
    EXPECT_NE(wrong.output.find("zenzefi-auth: " + std::string{name} + " "), std::string::npos)
        << wrong.output;
  }
  EXPECT_EQ(wrong.output.find("too-short-a-secret"), std::string::npos) << wrong.output;

  TempDir dir{"settings"};
  write_file(dir / "key", "too-short-in-a-file\n");
  const auto in_file = stack->auth.command(
      {"config", "check"}, {{"SECRET_KEY", ""}, {"SECRET_KEY_FILE", (dir / "key").string()}});
  EXPECT_EQ(in_file.status, 2) << in_file.output;
  write_file(dir / "key", "long-enough-to-sign-with-0123456789-abcdef\n");
  EXPECT_EQ(stack->auth
                .command({"config", "check"},
                         {{"SECRET_KEY", ""}, {"SECRET_KEY_FILE", (dir / "key").string()}})
                .status,
            0);
}

TEST_F(Operations, MetricsTellOfMoneyAndOfWhatWaits) {
  const Account account{*stack, "100.00"};
  const BoughtToken token = account.buy(24);
  HttpClient client;
  EXPECT_EQ(client.get(stack->proxied(), {token_header(token)}).status, 200);
  ASSERT_EQ(account.revoke(token).status, 200);
  const auto metrics = [&] { return client.get(stack->auth.internal_url() + "/metrics").body; };
  await("PostgreSQL and Redis to have been looked at",
        [&] { return metrics().find("zenzefi_redis_up 1\n") != std::string::npos; });
  const std::string now = metrics();
  for (
      const char* line :
      {R"(zenzefi_events_total{action="token.purchased"} )",
       R"(zenzefi_events_total{action="account.registered"} )",
       R"(zenzefi_events_total{action="login.succeeded"} )",
       R"(zenzefi_events_total{action="login.failed"} )",
       R"(zenzefi_ledger_credits_total{type="deposit"} )",
       R"(zenzefi_ledger_entries_total{type="refund"} )", "zenzefi_postgres_waits_total ",
       R"(zenzefi_postgres_connections{state="open"} )", "zenzefi_redis_up 1\n",
       "zenzefi_postgres_up 1\n", "zenzefi_outbox_rows 0\n", "zenzefi_outbox_oldest_seconds 0\n",
       "zenzefi_active_tokens ", "zenzefi_payments_open 0\n",
       R"(zenzefi_pool_queue_depth{pool="general"} )",
       R"(zenzefi_http_requests_total{method="DELETE",route="/api/v1/tokens/{token_id}",status="200"} )"}) {
    EXPECT_NE(now.find(line), std::string::npos) << line << "\n" << now;
  }
  EXPECT_EQ(client.get(stack->url("/metrics")).status, 404) << "not for clients";
}

TEST_F(Operations, SigtermLosesNoAnswerUnderLoad) {
  const Account account{*stack, "100000.00"};
  const std::string url = stack->auth.public_url() + "/api/v1/tokens/purchase";
  std::atomic<int> sold{0};
  std::jthread stopper{[&] {
    await("sales to be under way", [&] { return sold >= 20; });
    stack->auth.stop();
  }};
  const auto unexpected = concurrently(6, [&](std::size_t) {
    HttpClient client;
    int others = 0;
    try {
      for (;;) {
        const int status =
            client.post_json(url, R"({"duration_hours":1})", {account.authorization()}).status;
        sold += status == 201 ? 1 : 0;
        others += status != 201 && status != 503 ? 1 : 0;
      }
    } catch (const HttpFailure&) {
      return others;  // it is gone
    }
  });
  stopper.join();
  EXPECT_EQ(unexpected, std::vector<int>(6, 0));
  EXPECT_EQ(query_value(*stack, "SELECT count(*) FROM access_tokens WHERE user_id = '" +
                                    account.id() + "'"),
            std::to_string(sold))
      << "who paid has an answer";
  stack->auth.start();
}

TEST_F(Operations, NoLogHoldsASecret) {
  std::set<std::string> secrets;
  const auto remember = [&](std::string secret) {
    EXPECT_GE(secret.size(), 8U);
    return *secrets.insert(std::move(secret)).first;
  };
  const std::string password = remember("a password with spaces 4711");
  const std::string wrong = remember("not-the-password-0815");
  const std::string changed = remember("another-password-1234");
  const std::string api = stack->url("/api/v1");
  HttpClient client;
  const auto post = [&](const std::string& path, const std::string& body,
                        std::vector<std::string> headers = {}) {
    return client.post_json(api + path, body, std::move(headers));
  };
  const auto credentials = [](const std::string& secret) {
    return R"({"email":"eve@example.org","username":"eve","password":)" + test::quoted(secret) +
           "}";
  };

  ASSERT_EQ(post("/auth/register", credentials(password)).status, 201);
  EXPECT_EQ(post("/auth/register", credentials(password)).status, 400);
  EXPECT_EQ(post("/auth/register", R"({"email":1,"password":)" + test::quoted(wrong) + "}").status,
            422);
  EXPECT_EQ(post("/auth/login", credentials(wrong)).status, 401);
  const Json login = post("/auth/login", credentials(password)).json();
  remember(login.text("/access_token"));
  const Json refreshed =
      post("/auth/refresh",
           R"({"refresh_token":)" + test::quoted(remember(login.text("/refresh_token"))) + "}")
          .json();
  const std::string refresh_token = remember(refreshed.text("/refresh_token"));
  const std::string jwt = "Authorization: Bearer " + remember(refreshed.text("/access_token"));

  ASSERT_EQ(post("/currency/purchase", R"({"amount":100,"payment_method":"card"})", {jwt}).status,
            200);
  const Json bought = post("/tokens/purchase", R"({"duration_hours":24})", {jwt}).json();
  const std::string token = remember(bought.text("/token"));
  EXPECT_EQ(client.get(api + "/proxy/by-header", {"X-Access-Token: " + token}).status, 200);
  EXPECT_EQ(client.get(api + "/proxy/by-query?token=" + token).status, 200);
  EXPECT_EQ(client.get(api + "/proxy/by-cookie", {"Cookie: zenzefi_access_token=" + token}).status,
            200);
  EXPECT_EQ(client
                .get(api + "/proxy/referred",
                     {"X-Access-Token: " + token, "Referer: http://x/?token=" + token})
                .status,
            200);
  EXPECT_EQ(
      client.get(api + "/proxy/unknown", {"X-Access-Token: " + remember(std::string(64, 'q'))})
          .status,
      401);
  const std::string body = R"({"token":")" + token + R"("})";
  EXPECT_EQ(post("/tokens/validate", body).status, 200);
  EXPECT_EQ(post("/proxy/authenticate", body).status, 200);
  EXPECT_EQ(post("/proxy/authenticate", body + "x").status, 422);
  EXPECT_EQ(client.get(api + "/nowhere?token=" + token, {jwt}).status, 404);
  EXPECT_EQ(client.get(api + "/tokens/my-tokens", {jwt}).status, 200);
  EXPECT_EQ(client
                .send({.method = "PATCH",
                       .url = api + "/users/me",
                       .headers = {jwt, "Content-Type: application/json"},
                       .body = R"({"password":)" + test::quoted(changed) +
                               R"(,"current_password":)" + test::quoted(password) + "}"})
                .status,
            200);
  EXPECT_EQ(post("/auth/logout", R"({"refresh_token":)" + test::quoted(refresh_token) + "}").status,
            204);
  EXPECT_EQ(client.get(api + "/proxy/after", {"X-Access-Token: " + token}).status, 200);
  for (const char* name :
       {"SECRET_KEY", "SECRET_KEY_PREVIOUS", "TOKEN_ENCRYPTION_KEY", "POSTGRES_PASSWORD"}) {
    remember(stack->auth.settings().at(name));
  }

  expect_in_no_log(secrets, "/proxy/after");
}

// Its codes are six digits, which are part of many a number: they are looked for by themselves.
TEST_F(Operations, NoLogHoldsWhatASecondFactorIsMadeOf) {
  const Account eve{*stack, "0"};
  const auto with_code = [&](const std::string& path, const std::string& code) {
    return eve.post("/auth/2fa/" + path, R"({"code":)" + test::quoted(code) + "}").status;
  };
  const auto log_in = [&](const std::string& code) {
    return HttpClient{}.post_json(stack->url("/api/v1/auth/login"),
                                  R"({"email":)" + test::quoted(eve.email()) + R"(,"password":)" +
                                      test::quoted(eve.password()) + R"(,"otp":)" +
                                      test::quoted(code) + "}");
  };
  const std::string secret = eve.post("/auth/2fa/setup", "").json().text("/secret");
  const std::string wrong = "not-the-code-0815";
  std::set<std::string> secrets{secret, wrong, eve.password()};

  const std::string first = one_time_code(secret);
  EXPECT_EQ(with_code("enable", wrong), 400);
  const HttpResponse enabled =
      eve.post("/auth/2fa/enable", R"({"code":)" + test::quoted(first) + "}");
  ASSERT_EQ(enabled.status, 200) << enabled.body;
  std::vector<std::string> backup_codes;
  for (std::size_t i = 0; i < enabled.json().size("/backup_codes"); ++i) {
    backup_codes.push_back(enabled.json().text("/backup_codes/" + std::to_string(i)));
  }
  ASSERT_EQ(backup_codes.size(), 10U);
  secrets.insert(backup_codes.begin(), backup_codes.end());

  const std::string second = one_time_code(secret, 1);
  EXPECT_EQ(log_in(wrong).status, 401);
  EXPECT_EQ(log_in(first).status, 401) << "used already";
  for (const std::string& code : {second, backup_codes[0]}) {
    const HttpResponse response = log_in(code);
    ASSERT_EQ(response.status, 200) << response.body;
    secrets.insert(response.json().text("/access_token"));
    secrets.insert(response.json().text("/refresh_token"));
  }
  EXPECT_EQ(log_in(backup_codes[0]).status, 401) << "used already";
  EXPECT_EQ(with_code("disable", wrong), 400);
  EXPECT_EQ(with_code("disable", backup_codes[1]), 200);
  EXPECT_EQ(eve.get("/after-the-second-factor").status, 404);
  expect_in_no_log(secrets, "/after-the-second-factor");
  for (const auto& [name, log] : logs()) {
    for (const std::string& code : {first, second}) {
      EXPECT_FALSE(matches(log, "\\b" + code + "\\b")) << code << " is in the log of " << name;
    }
  }
}

}  // namespace
}  // namespace zenzefi::test
