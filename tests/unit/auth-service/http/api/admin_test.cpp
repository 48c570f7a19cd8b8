// /admin
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class AdminApi : public ApiTest {
 protected:
  Headers as_admin() {
    Headers headers = as("root");
    for (auto& [id, user] : database.state.users) {
      if (user.username == "root") {
        user.role = domain::Role::kAdmin;
      }
    }
    return headers;
  }
  std::string id_of(const Headers& headers) {
    return Json{call("GET", "/api/v1/users/me", {}, headers).body}.text("/id");
  }
  static std::string user_path(const std::string& id) { return "/api/v1/admin/users/" + id; }

  Headers admin_ = as_admin();
};

TEST_F(AdminApi, IsForAdministratorsAlone) {
  const Headers ann = as("ann");
  const std::string id = "00000000-0000-4000-8000-000000000000";
  const std::vector<std::pair<std::string, std::string>> calls{
      {"GET", "/api/v1/admin/users"},           {"PATCH", user_path(id)},
      {"POST", user_path(id) + "/credit"},      {"GET", "/api/v1/admin/tokens"},
      {"DELETE", "/api/v1/admin/tokens/" + id}, {"GET", "/api/v1/admin/audit"},
      {"GET", "/api/v1/admin/sessions"}};
  for (const auto& [method, path] : calls) {
    EXPECT_EQ(call(method, path, "{}", ann).status, 403) << path;
    EXPECT_EQ(call(method, path, "{}").status, 403) << path;
    EXPECT_NE(call(method, path, "{}", admin_).status, 403) << path;
  }
  database.state.users.at(*Uuid::parse(id_of(admin_))).role = domain::Role::kUser;
  EXPECT_EQ(call("GET", "/api/v1/admin/users", {}, admin_).status, 403) << "lost at once";
}

TEST_F(AdminApi, ShowsLiveSessionsThroughNginx) {
  const Headers ann = with_credits("ann", "100");
  bought_token(ann);
  const domain::AccessToken& token = database.state.tokens.back();
  for (const char* address : {"192.0.2.7", "2001:db8::1"}) {
    database.state.proxy_sessions.push_back({.id = entropy.uuid(),
                                             .user_id = token.user_id,
                                             .token_id = token.id,
                                             .ip_address = address,
                                             .user_agent = "curl/8",
                                             .started_at = clock.time,
                                             .last_activity = clock.time,
                                             .ended_at = {},
                                             .bytes_in = 10,
                                             .bytes_out = 20,
                                             .requests = 3});
  }
  database.state.proxy_sessions.back().ended_at = clock.time;
  const auto response = call("GET", "/api/v1/admin/sessions?limit=10", {}, admin_);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.integer("/total"), 1);
  EXPECT_EQ(json.text("/items/0/session_id"), database.state.proxy_sessions.front().id.to_string());
  EXPECT_EQ(json.text("/items/0/user_id"), id_of(ann));
  EXPECT_EQ(json.text("/items/0/username"), "ann");
  EXPECT_EQ(json.text("/items/0/token_id"), token.id.to_string());
  EXPECT_EQ(json.text("/items/0/ip_address"), "192.0.2.7");
  EXPECT_EQ(json.text("/items/0/user_agent"), "curl/8");
  EXPECT_EQ(json.text("/items/0/started_at"), "2025-10-15T00:00:00Z");
  EXPECT_EQ(json.integer("/items/0/requests"), 3);
  EXPECT_EQ(json.integer("/items/0/bytes_in"), 10);
  EXPECT_EQ(json.integer("/items/0/bytes_out"), 20);
  EXPECT_EQ(call("GET", "/api/v1/admin/sessions?limit=0", {}, admin_).status, 422);
}

TEST_F(AdminApi, FindsUsers) {
  static_cast<void>(as("ann"));
  static_cast<void>(as("joanna"));
  static_cast<void>(as("bob"));
  const auto total = [&](const std::string& query) {
    return Json{call("GET", "/api/v1/admin/users" + query, {}, admin_).body}.integer("/total");
  };
  EXPECT_EQ(total(""), 4);
  EXPECT_EQ(total("?search=ANN"), 2);
  EXPECT_EQ(total("?search=bob%40example.com"), 1);
  EXPECT_EQ(total("?search=%25"), 0);
  const Json page{call("GET", "/api/v1/admin/users?limit=2&offset=1", {}, admin_).body};
  EXPECT_EQ(page.size("/items"), 2U);
  const auto response = call("GET", "/api/v1/admin/users?search=ann", {}, admin_);
  EXPECT_EQ(response.body.find("password"), std::string::npos);
  EXPECT_EQ(call("GET", "/api/v1/admin/users?search=%00", {}, admin_).status, 422);
}

TEST_F(AdminApi, DeactivatesAndSaysWhoItIs) {
  const Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  const std::string id = id_of(ann);
  const auto response = call("PATCH", user_path(id), R"({"is_active":false})", admin_);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_FALSE(Json{response.body}.boolean("/is_active"));
  EXPECT_EQ(Json{response.body}.number("currency_balance"), "100.00");
  EXPECT_EQ(call("GET", "/api/v1/users/me", {}, ann).status, 401);
  EXPECT_EQ(call("POST", "/api/v1/tokens/validate", R"({"token":")" + token + "\"}").body,
            R"({"valid":false,"reason":"Token revoked"})");
}

TEST_F(AdminApi, UpdateChecksItsFields) {
  const std::string path = user_path(id_of(as("ann")));
  EXPECT_EQ(call("PATCH", path, R"({"is_active":"no"})", admin_).status, 422);
  EXPECT_EQ(call("PATCH", path, R"({"role":"king"})", admin_).status, 422);
  EXPECT_EQ(call("PATCH", path, R"({"full_name":5})", admin_).status, 422);
  EXPECT_EQ(call("PATCH", path, R"({})", admin_).status, 200);
  EXPECT_EQ(
      Json{call("PATCH", path, R"({"role":"admin","full_name":"Ann"})", admin_).body}.text("/role"),
      "admin");
  EXPECT_EQ(call("PATCH", user_path("no-uuid"), R"({})", admin_).status, 404);
}

TEST_F(AdminApi, TheLastAdministratorCannotLockItselfOut) {
  const std::string path = user_path(id_of(admin_));
  EXPECT_EQ(call("PATCH", path, R"({"is_active":false})", admin_).status, 400);
  EXPECT_EQ(call("PATCH", path, R"({"role":"user"})", admin_).status, 400);
}

TEST_F(AdminApi, Credits) {
  const Headers ann = as("ann");
  const std::string path = user_path(id_of(ann)) + "/credit";
  const auto response = call("POST", path, R"({"amount":12.5,"reason":"sorry"})", admin_);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.number("amount"), "12.50");
  EXPECT_EQ(json.number("new_balance"), "12.50");
  EXPECT_EQ(json.text("/transaction_type"), "adjustment");
  EXPECT_EQ(call("POST", path, R"({"amount":-12.51,"reason":"back"})", admin_).status, 402);
  EXPECT_EQ(call("POST", path, R"({"amount":0,"reason":"x"})", admin_).status, 422);
  EXPECT_EQ(call("POST", path, R"({"amount":1})", admin_).status, 422);
}

TEST_F(AdminApi, ListsTokensWithoutTheirText) {
  const Headers ann = with_credits("ann", "100");
  const std::string token = bought_token(ann);
  static_cast<void>(bought_token(with_credits("bob", "100")));
  const auto response =
      call("GET", "/api/v1/admin/tokens?status=unused&user_id=" + id_of(ann), {}, admin_);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.integer("/total"), 1);
  EXPECT_EQ(json.text("/items/0/status"), "unused");
  EXPECT_EQ(response.body.find(token), std::string::npos);
  EXPECT_EQ(response.body.find(hash_token(token)->hex()), std::string::npos);
  const std::string path = "/api/v1/admin/tokens/" + json.text("/items/0/token_id");
  EXPECT_EQ(call("DELETE", path, {}, admin_).body,
            R"({"revoked":true,"refund_amount":18.00,"new_balance":100.00})");
  EXPECT_EQ(call("DELETE", path, {}, admin_).status, 409);
  const auto total = [&](const std::string& query) {
    return Json{call("GET", "/api/v1/admin/tokens" + query, {}, admin_).body}.integer("/total");
  };
  EXPECT_EQ(total(""), 2);
  EXPECT_EQ(total("?status=revoked"), 1);
  EXPECT_EQ(total("?status=active"), 0);
  EXPECT_EQ(call("GET", "/api/v1/admin/tokens?status=odd", {}, admin_).status, 422);
  EXPECT_EQ(call("GET", "/api/v1/admin/tokens?user_id=odd", {}, admin_).status, 422);
}

TEST_F(AdminApi, ShowsTheAuditLog) {
  const Headers ann = as("ann");
  const std::string id = id_of(ann);
  call("POST", user_path(id) + "/credit", R"({"amount":1,"reason":"sorry"})", admin_);
  const auto response =
      call("GET", "/api/v1/admin/audit?action=account.credited&user_id=" + id, {}, admin_);
  ASSERT_EQ(response.status, 200) << response.body;
  const Json json{response.body};
  EXPECT_EQ(json.integer("/total"), 1);
  EXPECT_EQ(json.text("/items/0/user_id"), id);
  EXPECT_EQ(json.text("/items/0/actor_id"), id_of(admin_));
  EXPECT_EQ(json.text("/items/0/detail/reason"), "sorry");
  EXPECT_EQ(json.text("/items/0/target_type"), "transaction");
  EXPECT_EQ(call("GET", "/api/v1/admin/audit?actor_id=odd", {}, admin_).status, 422);
}

}  // namespace
}  // namespace zenzefi::test
