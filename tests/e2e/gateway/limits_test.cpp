// Who asks too often, at two instances of the service behind one nginx and beside it.
#include <gtest/gtest.h>

#include <algorithm>

#include "account.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/one_time_code.hpp"

namespace zenzefi::test {
namespace {

const Environment kLimits = {{"RATE_LIMIT_AUTH", "5"}, {"RATE_LIMIT_API", "20"}};

class Limits : public testing::Test {
 protected:
  static AuthServiceOptions second_instance(const Stack& stack) {
    return {.settings = stack.auth.settings(), .migrate = false};
  }

  [[nodiscard]] HttpResponse log_in(const std::string& base, const Account& who,
                                    const std::string& password, const std::string& address) const {
    return HttpClient{}.post_json(base + "/api/v1/auth/login",
                                  R"({"email":)" + test::quoted(who.email()) + R"(,"password":)" +
                                      test::quoted(password) + "}",
                                  {"X-Real-IP: " + address});
  }
  [[nodiscard]] HttpResponse guess(const std::string& base, const std::string& address) const {
    return log_in(base, alice_, "wrong password", address);
  }
  static auto count(const std::vector<HttpResponse>& responses, int status) {
    return std::ranges::count(responses, status, &HttpResponse::status);
  }

  Stack stack_{{.auth_settings = kLimits}};
  AuthService other_{second_instance(stack_)};
  // Registered and signed in: one attempt of the five is counted.
  const Account alice_{stack_, "0"};
};

TEST_F(Limits, AreExactOverInstancesAndHoldWithoutRedis) {
  // Through nginx with an address of the client's own invention, and straight to the other instance
  // with the one nginx sees.
  const auto guesses = concurrently(12, [&](std::size_t i) {
    return i % 2 == 0 ? guess(stack_.url(""), "203.0.113." + std::to_string(i))
                      : guess(other_.public_url(), "127.0.0.1");
  });
  EXPECT_EQ(count(guesses, 401), 4);
  EXPECT_EQ(count(guesses, 429), 8);
  EXPECT_EQ(stack_.redis.get("rate_limit:auth:127.0.0.1"), "5");
  EXPECT_FALSE(stack_.redis.get("rate_limit:auth:203.0.113.0").has_value());

  const HttpResponse refused = log_in(stack_.url(""), alice_, alice_.password(), "192.0.2.1");
  ASSERT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.json().text("/detail").empty());
  const auto left = stack_.redis.command({"TTL", "rate_limit:auth:127.0.0.1"}).integer;
  const int retry_after = std::stoi(refused.header("Retry-After").value_or("0"));
  EXPECT_LE(retry_after, 3600);
  EXPECT_GE(retry_after, left);

  EXPECT_EQ(HttpClient{}
                .post_json(stack_.url("/api/v1/auth/register"),
                           R"({"email":"bob@example.org","username":"bob","password":"12345678"})")
                .status,
            429);

  // Another address is somebody else; all of an IPv6 network is one.
  EXPECT_EQ(guess(other_.public_url(), "2001:db8:0:1::1").status, 401);
  EXPECT_EQ(stack_.redis.get("rate_limit:auth:2001:db8:0:1::"), "1");
  EXPECT_EQ(log_in(other_.public_url(), alice_, alice_.password(), "192.0.2.1").status, 200);
  EXPECT_EQ(stack_.redis.get("rate_limit:auth:192.0.2.1"), "0") << "given back";

  // From here on each instance counts for itself.
  stack_.nginx().expect_error("Redis|redis");
  stack_.redis.kill();
  const auto alone =
      concurrently(8, [&](std::size_t) { return guess(stack_.url(""), "192.0.2.9"); });
  EXPECT_EQ(count(alone, 401), 5);
  EXPECT_EQ(count(alone, 429), 3);
  stack_.redis.start();
}

TEST_F(Limits, AnAccountsOneTimeCodesAreCountedOverInstancesAndAddresses) {
  const std::string secret = alice_.post("/auth/2fa/setup", "").json().text("/secret");
  ASSERT_EQ(alice_.post("/auth/2fa/enable", R"({"code":")" + one_time_code(secret) + "\"}").status,
            200);
  const auto log_in_with = [&](const std::string& code, std::size_t i) {
    const AuthService& instance = i % 2 == 0 ? stack_.auth : other_;
    return HttpClient{}.post_json(instance.public_url() + "/api/v1/auth/login",
                                  R"({"email":)" + test::quoted(alice_.email()) +
                                      R"(,"password":)" + test::quoted(alice_.password()) +
                                      R"(,"otp":)" + test::quoted(code) + "}",
                                  {"X-Real-IP: 192.0.2." + std::to_string(i)});
  };
  const auto guesses = concurrently(16, [&](std::size_t i) { return log_in_with("no code", i); });
  EXPECT_EQ(count(guesses, 401), 10);
  EXPECT_EQ(count(guesses, 429), 6);
  EXPECT_EQ(stack_.redis.get("rate_limit:otp:" + alice_.id()), "10");
  // The next step's code is good already.
  const HttpResponse refused = log_in_with(one_time_code(secret, 1), 20);
  EXPECT_EQ(refused.status, 429);
  EXPECT_GE(std::stoi(refused.header("Retry-After").value_or("0")), 1);
  stack_.redis.command({"DEL", "rate_limit:otp:" + alice_.id()});
  EXPECT_EQ(log_in_with(one_time_code(secret, 1), 20).status, 200);
}

TEST_F(Limits, AnAccountsRequestsAreCountedOverInstances) {
  const auto answers = concurrently(30, [&](std::size_t i) {
    return i % 2 == 0 ? alice_.get("/currency/balance")
                      : HttpClient{}.get(other_.public_url() + "/api/v1/users/me",
                                         {alice_.authorization()});
  });
  EXPECT_EQ(count(answers, 200), 20);
  EXPECT_EQ(count(answers, 429), 10);
  EXPECT_EQ(stack_.redis.get("rate_limit:api:" + alice_.id()), "20");
  const HttpResponse refused = alice_.get("/currency/balance");
  EXPECT_EQ(refused.status, 429);
  EXPECT_LE(std::stoi(refused.header("Retry-After").value_or("61")), 60);

  // Guesses of access tokens.
  const auto guesses = concurrently(25, [&](std::size_t i) {
    return HttpClient{}.post_json(
        stack_.url(i % 2 == 0 ? "/api/v1/tokens/validate" : "/api/v1/proxy/authenticate"),
        R"({"token":")" + std::string(64, 'A') + "\"}");
  });
  EXPECT_EQ(count(guesses, 429), 5);
  for (const char* const path : {"/api/v1/tokens/validate", "/api/v1/proxy/authenticate"}) {
    EXPECT_EQ(HttpClient{}.post_json(stack_.url(path), R"({"token":"x"})").status, 429) << path;
  }
}

}  // namespace
}  // namespace zenzefi::test
