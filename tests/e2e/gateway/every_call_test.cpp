// Every call of the API with every answer of its own, through nginx. What all of them have in
// common is in common_refusals_test.cpp; that each answer is as it is described is seen to by
// tests/e2e/description.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/one_time_code.hpp"

namespace zenzefi::test {
namespace {

constexpr const char* kNobody = "00000000-0000-4000-8000-000000000000";

void expect(int status, const HttpResponse& response) {
  EXPECT_EQ(response.status, status) << response.raw_headers << response.body;
}

std::string member(const std::string& name, const std::string& text) {
  return "{" + test::quoted(name) + ":" + test::quoted(text) + "}";
}

std::string duration(int hours) {
  return R"({"duration_hours":)" + std::to_string(hours) + "}";
}

class EveryCall : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>();
    stack->nginx().expect_error("invalid URL prefix");  // a path that cannot be passed on
    alice = std::make_unique<Account>(*stack);
    admin = std::make_unique<Account>(*stack, "0");
    change("UPDATE users SET role = 'admin' WHERE id = '" + admin->id() + "'");
  }
  static void TearDownTestSuite() {
    expect_ledger_adds_up(*stack);
    admin.reset();
    alice.reset();
    stack.reset();
  }

  static void change(const std::string& sql) { static_cast<void>(query_value(*stack, sql)); }
  static HttpResponse post(const std::string& path, const std::string& body) {
    return HttpClient{}.post_json(stack->url("/api/v1" + path), body);
  }
  static HttpResponse log_in(const Account& account, const std::string& password) {
    return post("/auth/login", R"({"email":)" + test::quoted(account.email()) + R"(,"password":)" +
                                   test::quoted(password) + "}");
  }
  static std::string refresh_token_of(const Account& account) {
    return log_in(account, account.password()).json().text("/refresh_token");
  }
  // Twice with one key, the second time with another body.
  static void expect_conflict_of_keys(const Account& account, const std::string& path,
                                      const std::string& body, const std::string& other) {
    const std::string key = "Idempotency-Key: " + path;
    EXPECT_LT(account.post(path, body, {key}).status, 300);
    expect(409, account.post(path, other, {key}));
    expect(400, account.post(path, body, {"Idempotency-Key: with a blank"}));
  }

  static inline std::unique_ptr<Stack> stack;
  static inline std::unique_ptr<Account> alice;
  static inline std::unique_ptr<Account> admin;
};

TEST_F(EveryCall, OfSigningIn) {
  const Account bob{*stack, "0"};
  expect(400,
         post("/auth/register", R"({"username":"another","password":"correct horse","email":)" +
                                    test::quoted(bob.email()) + "}"));
  expect(401, log_in(bob, "wrong"));
  const Json signed_in = log_in(bob, bob.password()).json();
  const std::string first = signed_in.text("/refresh_token");
  const HttpResponse refreshed = post("/auth/refresh", member("refresh_token", first));
  expect(200, refreshed);
  expect(401, post("/auth/refresh", member("refresh_token", first)));

  expect(204, post("/auth/logout", member("refresh_token", refresh_token_of(bob))));
  expect(404, bob.remove(std::string{"/auth/sessions/"} + kNobody));
  const HttpResponse sessions = bob.get("/auth/sessions?limit=1");
  expect(200, sessions);
  expect(204, bob.remove("/auth/sessions/" + sessions.json().text("/items/0/id")));
}

TEST_F(EveryCall, OfOnesOwnAccount) {
  const Account bob{*stack, "0"};
  expect(200, bob.get("/auth/me"));
  expect(200, bob.get("/users/me"));
  expect(200, bob.patch("/users/me", R"({"full_name":"Bob"})"));
  expect(400, bob.patch("/users/me", R"({"password":"a new password"})"));
  expect(200, bob.patch("/users/me", R"({"password":"a new password","current_password":)" +
                                         test::quoted(bob.password()) + "}"));
}

TEST_F(EveryCall, OfASecondFactor) {
  const Account bob{*stack, "0"};
  expect(200, bob.get("/auth/2fa"));
  expect(409, bob.post("/auth/2fa/disable", member("code", "000000")));
  const std::string secret = bob.post("/auth/2fa/setup", "").json().text("/secret");
  expect(400, bob.post("/auth/2fa/enable", member("code", "no code")));
  const HttpResponse enabled = bob.post("/auth/2fa/enable", member("code", one_time_code(secret)));
  expect(200, enabled);
  expect(409, bob.post("/auth/2fa/setup", ""));
  expect(401, log_in(bob, bob.password()));
  expect(400, bob.post("/auth/2fa/disable", member("code", "no code")));
  expect(200,
         bob.post("/auth/2fa/disable", member("code", enabled.json().text("/backup_codes/0"))));
}

TEST_F(EveryCall, OfAnAccountThatIsInactive) {
  const Account bob{*stack, "0"};
  const std::string refresh_token = refresh_token_of(bob);
  change("UPDATE users SET is_active = false WHERE id = '" + bob.id() + "'");
  expect(403, log_in(bob, bob.password()));
  expect(403, post("/auth/refresh", member("refresh_token", refresh_token)));
}

TEST_F(EveryCall, OfCredits) {
  const std::string body = R"({"amount":5.00,"payment_method":"card"})";
  expect(200, alice->get("/currency/balance"));
  expect(200, alice->post("/currency/purchase", body));
  expect_conflict_of_keys(*alice, "/currency/purchase", body,
                          R"({"amount":6.00,"payment_method":"card"})");
  expect(200, alice->get("/currency/transactions?limit=2&offset=1"));
  expect(404, post("/payments/webhook", "{}"));  // the demonstration tells of none
}

TEST_F(EveryCall, OfTokens) {
  const Account poor{*stack, "1.00"};
  const BoughtToken token = poor.buy(1);
  const std::string extend = "/tokens/" + token.id + "/extend";
  expect(200, HttpClient{}.get(stack->url("/api/v1/tokens/prices")));
  expect(402, poor.post("/tokens/purchase", duration(1)));
  expect(402, poor.post(extend, duration(1)));
  expect(400, poor.post("/tokens/purchase", duration(2)));
  expect_conflict_of_keys(*alice, "/tokens/purchase", duration(1), duration(24));

  const BoughtToken extended = alice->buy(1);
  expect_conflict_of_keys(*alice, "/tokens/" + extended.id + "/extend", duration(1), duration(24));
  expect(404, alice->post(extend, duration(1)));  // somebody else's
  expect(404, alice->remove("/tokens/" + token.id));
  expect(200, alice->get("/tokens/my-tokens?active_only=false"));

  expect(200, post("/tokens/validate", member("token", token.text)));
  expect(200, poor.revoke(token));
  expect(409, poor.revoke(token));
  expect(409, poor.post(extend, duration(1)));
  for (const std::string& text : {token.text, std::string{"nobody's"}}) {
    expect(200, post("/tokens/validate", member("token", text)));
  }
}

TEST_F(EveryCall, OfTheProxy) {
  const BoughtToken token = alice->buy(1);
  const auto status = [&](const std::vector<std::string>& headers) {
    return HttpClient{}.get(stack->url("/api/v1/proxy/status"), headers);
  };
  expect(401, post("/proxy/authenticate", member("token", "nobody's")));
  expect(401, status({}));
  expect(200, status({token_header(token)}));
  expect(200, post("/proxy/authenticate", member("token", token.text)));
  expect(200, status({"Cookie: zenzefi_access_token=" + token.text}));
  expect(200, HttpClient{}.get(stack->proxied("/"), {token_header(token)}));
  expect(400, HttpClient{}.get(stack->proxied("/a/%2e%2e/b"), {token_header(token)}));
  expect(401, HttpClient{}.get(stack->proxied("/")));
  expect(200, HttpClient{}.send({.method = "DELETE", .url = stack->url("/api/v1/proxy/logout")}));
}

TEST_F(EveryCall, OfAdministratorsForAccounts) {
  const Account bob{*stack, "0"};
  const std::string user = "/admin/users/" + bob.id();
  const std::string credit = R"({"amount":5.00,"reason":"a present"})";
  expect(200, admin->get("/admin/users?search=person"));
  expect(200, admin->patch(user, R"({"full_name":"Bob"})"));
  expect(400, admin->patch("/admin/users/" + admin->id(), R"({"is_active":false})"));
  expect(404, admin->patch(std::string{"/admin/users/"} + kNobody, R"({"is_active":false})"));
  expect(200, admin->post(user + "/credit", credit));
  expect_conflict_of_keys(*admin, user + "/credit", credit, R"({"amount":6.00,"reason":"more"})");
  expect(402, admin->post(user + "/credit", R"({"amount":-500.00,"reason":"a mistake"})"));
  expect(404, admin->post(std::string{"/admin/users/"} + kNobody + "/credit", credit));
}

TEST_F(EveryCall, OfAdministratorsForAccess) {
  const BoughtToken token = alice->buy(1);
  expect(200, HttpClient{}.get(stack->proxied("/"), {token_header(token)}));
  expect(200, admin->get("/admin/tokens?status=active&user_id=" + alice->id()));
  await("the session to be counted",
        [&] { return admin->get("/admin/sessions").json().size("/items") > 0; });
  expect(200, admin->remove("/admin/tokens/" + token.id));
  expect(409, admin->remove("/admin/tokens/" + token.id));
  expect(404, admin->remove(std::string{"/admin/tokens/"} + kNobody));
  expect(200, admin->get("/admin/audit?action=token.revoked&user_id=" + alice->id()));
}

TEST_F(EveryCall, OfOperations) {
  for (const char* path : {"/health", "/api/v1/health", "/health/live", "/openapi.json"}) {
    expect(200, HttpClient{}.get(stack->url(path)));
  }
}

}  // namespace
}  // namespace zenzefi::test
