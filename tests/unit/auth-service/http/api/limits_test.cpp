// Who asks too often: 20 attempts an hour and 200 requests a minute, in these tests, and ten
// one-time codes an hour.
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

constexpr int kAuth = 20;
constexpr int kCodes = 10;
constexpr int kApi = 200;

class LimitsApi : public ApiTest {
 protected:
  http::Response log_in(const std::string& password, const std::string& address = "192.0.2.7") {
    return call("POST", "/api/v1/auth/login",
                R"({"email":"ann@example.com","password":")" + password + "\"}",
                {{"X-Real-IP", address}});
  }
  http::Response register_as(const std::string& name, const std::string& address) {
    return call("POST", "/api/v1/auth/register",
                R"({"email":")" + name + R"(@example.com","username":")" + name +
                    R"(","password":"correct horse"})",
                {{"X-Real-IP", address}});
  }
  static void expect_refused(const http::Response& response) {
    EXPECT_EQ(response.status, 429);
    const std::string seconds = header_of(response, "Retry-After");
    ASSERT_FALSE(seconds.empty());
    EXPECT_GE(std::stoi(seconds), 1);
    EXPECT_LE(std::stoi(seconds), 3600);
    EXPECT_EQ(detail_of(response), "Too many requests. Try again in " + seconds + " seconds");
  }
};

TEST_F(LimitsApi, GuessingAPasswordEnds) {
  register_user("ann");
  const int checks = hasher.checks;
  for (int i = 0; i < kAuth; ++i) {
    EXPECT_EQ(log_in("wrong horse").status, 401);
  }
  expect_refused(log_in("wrong horse"));
  expect_refused(log_in("correct horse"));
  expect_refused(register_as("bob", "192.0.2.7"));
  EXPECT_EQ(hasher.checks, checks + kAuth) << "what is refused costs no password check";
  EXPECT_EQ(log_in("correct horse", "192.0.2.8").status, 200);
}

TEST_F(LimitsApi, SigningInGivesItsAttemptBack) {
  register_user("ann");
  for (int i = 0; i < kAuth - 1; ++i) {
    EXPECT_EQ(log_in("wrong horse").status, 401);
  }
  for (int i = 0; i < 2 * kAuth; ++i) {
    ASSERT_EQ(log_in("correct horse").status, 200);
  }
  EXPECT_EQ(log_in("wrong horse").status, 401);
  expect_refused(log_in("correct horse"));
}

TEST_F(LimitsApi, RegisteringDoesNot) {
  for (int i = 0; i < kAuth; ++i) {
    EXPECT_EQ(register_as("somebody-" + std::to_string(i % 10), "192.0.2.7").status,
              i < 10 ? 201 : 400);
  }
  expect_refused(register_as("another", "192.0.2.7"));
  EXPECT_EQ(register_as("another", "192.0.2.8").status, 201);
}

TEST_F(LimitsApi, MalformedBodyIsNoAttempt) {
  for (int i = 0; i < 2 * kAuth; ++i) {
    ASSERT_EQ(call("POST", "/api/v1/auth/login", "{}", {{"X-Real-IP", "192.0.2.7"}}).status, 422);
  }
}

TEST_F(LimitsApi, DatabaseThatIsAwayCostsNobodyAnAttempt) {
  register_user("ann");
  database.is_down = true;
  for (int i = 0; i < 2 * kAuth; ++i) {
    ASSERT_EQ(log_in("correct horse").status, 503);
    ASSERT_EQ(register_as("bob", "192.0.2.7").status, 503);
  }
  database.is_down = false;
  EXPECT_EQ(log_in("correct horse").status, 200);
}

TEST_F(LimitsApi, WrongOneTimeCodesCountForAddressAndAccount) {
  Headers ann = as("ann");
  ann.emplace_back("X-Real-IP", "192.0.2.7");
  const auto post = [&](const char* what, const std::string& code) {
    return call("POST", std::string{"/api/v1/auth/2fa/"} + what, R"({"code":")" + code + "\"}",
                ann);
  };
  ASSERT_EQ(call("POST", "/api/v1/auth/2fa/setup", {}, ann).status, 200);
  EXPECT_EQ(post("enable", "000000").status, 400);
  ASSERT_EQ(post("enable", FakeOneTimeCodes::code_at(clock.time)).status, 200);
  EXPECT_EQ(log_in("correct horse").status, 401) << "asked for the code: no attempt";
  for (int i = 1; i < kCodes; ++i) {
    EXPECT_EQ(i % 2 == 0 ? post("disable", "000000").status
                         : call("POST", "/api/v1/auth/login",
                                R"({"email":"ann@example.com","password":"correct horse",)"
                                R"("otp":"000000"})",
                                {{"X-Real-IP", "192.0.2.7"}})
                               .status,
              i % 2 == 0 ? 400 : 401);
  }
  clock.time += std::chrono::seconds{30};
  const std::string code = FakeOneTimeCodes::code_at(clock.time);
  const auto log_in_with_code = [&](const std::string& address) {
    return call("POST", "/api/v1/auth/login",
                R"({"email":"ann@example.com","password":"correct horse","otp":")" + code + "\"}",
                {{"X-Real-IP", address}});
  };
  expect_refused(log_in_with_code("192.0.2.8"));
  ann.back().second = "192.0.2.8";
  expect_refused(post("disable", code));
  expect_refused(post("enable", code));

  for (int i = kCodes; i < kAuth; ++i) {
    EXPECT_EQ(log_in("wrong horse").status, 401);
  }
  expect_refused(log_in("correct horse"));
  EXPECT_EQ(log_in("correct horse", "192.0.2.8").status, 401) << "asked for the code";
}

TEST_F(LimitsApi, GuessingTheCurrentPasswordEnds) {
  Headers ann = as("ann");
  ann.emplace_back("X-Real-IP", "192.0.2.7");
  const auto change = [&](const std::string& current) {
    return call("PATCH", "/api/v1/users/me",
                R"({"password":"correct horse","current_password":")" + current + "\"}", ann)
        .status;
  };
  for (int i = 0; i < kAuth - 1; ++i) {
    EXPECT_EQ(change("wrong horse"), 400);
    EXPECT_EQ(change("correct horse"), 200);
  }
  EXPECT_EQ(change("wrong horse"), 400);
  EXPECT_EQ(change("correct horse"), 429);
  EXPECT_EQ(call("PATCH", "/api/v1/users/me", R"({"full_name":"Ann"})", ann).status, 200);
}

TEST_F(LimitsApi, AnAccountsRequestsAreLimitedFromWherever) {
  const Headers ann = as("ann");
  for (int i = 0; i < kApi; ++i) {
    ASSERT_EQ(
        call("GET", i % 2 == 0 ? "/api/v1/users/me" : "/api/v1/currency/balance", {}, ann).status,
        200);
  }
  const auto refused = call("GET", "/api/v1/users/me", {}, ann);
  expect_refused(refused);
  EXPECT_LE(std::stoi(header_of(refused, "Retry-After")), 60);
  expect_refused(call("GET", "/api/v1/users/me", {}, as("ann")));
  EXPECT_EQ(call("GET", "/api/v1/users/me", {}, as("bob")).status, 200);
}

TEST_F(LimitsApi, GuessingATokenEndsAndUsingOneDoesNotCount) {
  const std::string token = bought_token(with_credits("ann", "20.00"));
  const auto post = [&](const std::string& path, const std::string& text) {
    return call("POST", path, R"({"token":")" + text + "\"}", {{"X-Real-IP", "192.0.2.7"}});
  };
  const std::string guess(64, 'A');
  for (int i = 0; i < 2 * kApi; ++i) {
    ASSERT_EQ(post("/api/v1/tokens/validate", token).status, 200);
    ASSERT_EQ(post("/api/v1/proxy/authenticate", token).status, 200);
  }
  for (int i = 0; i < kApi / 2; ++i) {
    ASSERT_EQ(post("/api/v1/tokens/validate", i % 2 == 0 ? guess : "x").status, 200);
    ASSERT_EQ(post("/api/v1/proxy/authenticate", i % 2 == 0 ? guess : "x").status, 401);
  }
  expect_refused(post("/api/v1/tokens/validate", guess));
  expect_refused(post("/api/v1/proxy/authenticate", token));
}

}  // namespace
}  // namespace zenzefi::test
