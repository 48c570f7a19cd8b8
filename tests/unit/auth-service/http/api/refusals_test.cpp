// What every call has in common when it does not get what it needs.
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

struct Call {
  const char* method;
  const char* path;
  const char* body;  // a good one
};

constexpr Call kOpen[] = {
    {"POST", "/api/v1/auth/register",
     R"({"email":"a@example.com","username":"abc","password":"correct horse"})"},
    {"POST", "/api/v1/auth/login", R"({"email":"a@example.com","password":"correct horse"})"},
    {"POST", "/api/v1/auth/refresh", R"({"refresh_token":"x"})"},
    {"POST", "/api/v1/auth/logout", R"({"refresh_token":"x"})"},
    {"POST", "/api/v1/tokens/validate", R"({"token":"x"})"},
    {"POST", "/api/v1/proxy/authenticate", R"({"token":"x"})"},
};

constexpr Call kForAccounts[] = {
    {"GET", "/api/v1/auth/me", ""},
    {"GET", "/api/v1/users/me", ""},
    {"PATCH", "/api/v1/users/me", R"({"full_name":"A"})"},
    {"GET", "/api/v1/currency/balance", ""},
    {"POST", "/api/v1/currency/purchase", R"({"amount":5,"payment_method":"card"})"},
    {"GET", "/api/v1/currency/transactions", ""},
    {"POST", "/api/v1/tokens/purchase", R"({"duration_hours":24})"},
    {"GET", "/api/v1/tokens/my-tokens", ""},
    {"DELETE", "/api/v1/tokens/00000000-0000-4000-8000-000000000000", ""},
};

using Refusals = ApiTest;

TEST_F(Refusals, AccountCallsAskForCredentials) {
  for (const Call& c : kForAccounts) {
    EXPECT_EQ(call(c.method, c.path, c.body).status, 403) << c.path;
    const auto wrong = call(c.method, c.path, c.body, {{"Authorization", "Bearer wrong"}});
    EXPECT_EQ(wrong.status, 401) << c.path;
    EXPECT_EQ(header_of(wrong, "WWW-Authenticate"), "Bearer") << c.path;
  }
}

TEST_F(Refusals, BodiesMustBeJsonObjects) {
  Headers ann = as("ann");
  const auto expect_refused = [](const http::Response& response, int status, const Call& c,
                                 const std::string& body) {
    EXPECT_EQ(response.status, status) << c.path << " " << body;
    EXPECT_TRUE(Json{response.body}.has("/detail")) << response.body;
  };
  const auto check = [&](const Call& c) {
    for (const std::string& body :
         {std::string{"{"}, std::string{"[]"}, std::string{"null"}, std::string{"{\"a\":\"\xff\"}"},
          std::string{"{\"a\":1,\"a\":1}"}, std::string(10'000, '['), std::string(100, '\0')}) {
      expect_refused(call(c.method, c.path, body, ann), 422, c, body);
    }
    Headers form = ann;
    form.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    expect_refused(call(c.method, c.path, "a=b", form), 415, c, "a=b");
  };
  for (const Call& c : kOpen) {
    check(c);
  }
  for (const Call& c : kForAccounts) {
    if (*c.body != '\0') {
      check(c);
    }
  }
}

TEST_F(Refusals, WithoutTheDatabaseIs503) {
  const Headers ann = as("ann");
  database.is_down = true;
  const auto check = [&](const Call& c) {
    const auto response = call(c.method, c.path, c.body, ann);
    EXPECT_EQ(response.status, 503) << c.path;
    EXPECT_EQ(header_of(response, "Retry-After"), "1") << c.path;
    EXPECT_FALSE(detail_of(response).empty()) << c.path;
  };
  for (const Call& c : kOpen) {
    check(c);
  }
  for (const Call& c : kForAccounts) {
    check(c);
  }
}

}  // namespace
}  // namespace zenzefi::test
