// /auth and /users
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class AccountApi : public ApiTest {
 protected:
  http::Response log_in(const std::string& password, const std::string& more = {}) {
    return call("POST", "/api/v1/auth/login",
                R"({"email":"ann@example.com","password":")" + password + "\"" + more + "}",
                {{"X-Real-IP", "192.0.2.7"}, {"User-Agent", "client/1"}});
  }
};

TEST_F(AccountApi, RegisterAnswersTheAccount) {
  const auto response = call("POST", "/api/v1/auth/register",
                             R"({"email":"ann@example.com","username":"ann",)"
                             R"("password":"correct horse","full_name":"Ann Ō"})");
  ASSERT_EQ(response.status, 201) << response.body;
  const Json json{response.body};
  EXPECT_TRUE(Uuid::parse(json.text("/id")).has_value());
  EXPECT_EQ(json.text("/email"), "ann@example.com");
  EXPECT_EQ(json.text("/username"), "ann");
  EXPECT_EQ(json.text("/full_name"), "Ann Ō");
  EXPECT_EQ(json.number("currency_balance"), "0.00");
  EXPECT_TRUE(json.boolean("/is_active"));
  EXPECT_TRUE(json.text("/created_at").ends_with("Z"));
  EXPECT_EQ(response.body.find("password"), std::string::npos);
}

TEST_F(AccountApi, RegisterRefusesADuplicate) {
  register_user("ann");
  const auto response =
      call("POST", "/api/v1/auth/register",
           R"({"email":"ann@example.com","username":"other","password":"correct horse"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_FALSE(detail_of(response).empty());
}

TEST_F(AccountApi, RegisterNamesAllBadFields) {
  const auto response =
      call("POST", "/api/v1/auth/register",
           R"({"email":"nobody","username":"x","password":"short","full_name":7})");
  ASSERT_EQ(response.status, 422);
  const Json json{response.body};
  ASSERT_EQ(json.size("/detail"), 4U) << response.body;
  EXPECT_EQ(json.text("/detail/0/loc/0"), "body");
  EXPECT_EQ(json.text("/detail/0/loc/1"), "email");
  EXPECT_EQ(json.text("/detail/1/loc/1"), "username");
  EXPECT_EQ(json.text("/detail/2/loc/1"), "password");
  EXPECT_EQ(json.text("/detail/3/loc/1"), "full_name");
  EXPECT_EQ(response.body.find("short"), std::string::npos) << "a password is never echoed";
}

TEST_F(AccountApi, RegisterRefusesNul) {
  const auto response = call(
      "POST", "/api/v1/auth/register",
      R"({"email":"a\u0000@example.com","username":"a\u0000nn","password":"correct\u0000horse",)"
      R"("full_name":"A\u0000"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(Json{response.body}.size("/detail"), 4U);
  EXPECT_TRUE(database.state.users.empty());
}

TEST_F(AccountApi, LoginAnswersBothTokensAndTheUser) {
  register_user("ann");
  const auto response = log_in("correct horse", R"(,"remember_me":true)");
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.text("/token_type"), "bearer");
  EXPECT_EQ(json.integer("/expires_in"), 3600);
  EXPECT_EQ(json.integer("/refresh_expires_in"), 30 * 24 * 3600);
  EXPECT_EQ(json.text("/refresh_token").size(), 128U);
  EXPECT_EQ(json.text("/user/email"), "ann@example.com");
  EXPECT_EQ(json.text("/user/role"), "user");
  EXPECT_EQ(Json{log_in("correct horse").body}.integer("/refresh_expires_in"), 24 * 3600);
}

TEST_F(AccountApi, LoginSaysNotWhatWasWrong) {
  register_user("ann");
  const auto wrong_password = log_in("wrong horse");
  const auto nobody =
      call("POST", "/api/v1/auth/login", R"({"email":"bob@example.com","password":"wrong horse"})");
  EXPECT_EQ(wrong_password.status, 401);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(wrong_password.body, nobody.body);
  EXPECT_EQ(header_of(nobody, "WWW-Authenticate"), "Bearer");
  // Also for what could not be registered today.
  EXPECT_EQ(log_in("x").status, 401);
  EXPECT_EQ(log_in("").status, 422);
}

TEST_F(AccountApi, RefreshTakesTheTokenFromBodyOrHeader) {
  register_user("ann");
  const std::string first = Json{log_in("correct horse").body}.text("/refresh_token");
  const auto by_body =
      call("POST", "/api/v1/auth/refresh", R"({"refresh_token":")" + first + "\"}");
  ASSERT_EQ(by_body.status, 200) << by_body.body;
  const Json json{by_body.body};
  EXPECT_FALSE(json.has("/user"));
  const auto by_header = call("POST", "/api/v1/auth/refresh", {},
                              {{"Authorization", "Bearer " + json.text("/refresh_token")}});
  EXPECT_EQ(by_header.status, 200) << by_header.body;
  EXPECT_EQ(call("POST", "/api/v1/auth/refresh").status, 422);
  EXPECT_EQ(call("POST", "/api/v1/auth/refresh", R"({"refresh_token":"unknown"})").status, 401);
}

TEST_F(AccountApi, LogoutEndsTheSession) {
  register_user("ann");
  const Json signed_in{log_in("correct horse").body};
  const std::string body = R"({"refresh_token":")" + signed_in.text("/refresh_token") + "\"}";
  const auto response = call("POST", "/api/v1/auth/logout", body);
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(call("POST", "/api/v1/auth/logout", body).status, 204);
  EXPECT_EQ(call("GET", "/api/v1/users/me", {},
                 {{"Authorization", "Bearer " + signed_in.text("/access_token")}})
                .status,
            401);
}

TEST_F(AccountApi, MeIsTheSameOnBothPaths) {
  const Headers ann = as("ann");
  const auto response = call("GET", "/api/v1/users/me", {}, ann);
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(call("GET", "/api/v1/auth/me", {}, ann).body, response.body);
  const Json json{response.body};
  EXPECT_EQ(json.text("/username"), "ann");
  EXPECT_TRUE(json.is_null("/full_name"));
  EXPECT_EQ(json.text("/role"), "user");
  EXPECT_TRUE(json.text("/updated_at").ends_with("Z"));
}

TEST_F(AccountApi, CredentialsAreAskedForAndChecked) {
  const auto missing = call("GET", "/api/v1/users/me");
  EXPECT_EQ(missing.status, 403);
  EXPECT_EQ(detail_of(missing), "Not authenticated");
  EXPECT_EQ(call("GET", "/api/v1/users/me", {}, {{"Authorization", "Basic YTpi"}}).status, 403);
  const auto wrong = call("GET", "/api/v1/users/me", {}, {{"Authorization", "Bearer x"}});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(header_of(wrong, "WWW-Authenticate"), "Bearer");
}

TEST_F(AccountApi, UpdateChangesNameAndPassword) {
  const Headers ann = as("ann");
  const auto named = call("PATCH", "/api/v1/users/me", R"({"full_name":"Ann"})", ann);
  ASSERT_EQ(named.status, 200) << named.body;
  EXPECT_EQ(Json{named.body}.text("/full_name"), "Ann");
  EXPECT_TRUE(Json{call("PATCH", "/api/v1/users/me", R"({"full_name":null})", ann).body}.is_null(
      "/full_name"));

  EXPECT_EQ(call("PATCH", "/api/v1/users/me", R"({"password":"another horse"})", ann).status, 400);
  EXPECT_EQ(call("PATCH", "/api/v1/users/me",
                 R"({"password":"another horse","current_password":"correct horse"})", ann)
                .status,
            200);
  EXPECT_EQ(log_in("another horse").status, 200);
}

}  // namespace
}  // namespace zenzefi::test
