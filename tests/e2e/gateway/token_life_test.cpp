#include <gtest/gtest.h>

#include <algorithm>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

class TokenLife : public testing::Test {
 protected:
  static void SetUpTestSuite() { stack = std::make_unique<Stack>(); }
  static void TearDownTestSuite() { stack.reset(); }

  [[nodiscard]] static HttpResponse use(const BoughtToken& token, const std::string& path = "/") {
    return HttpClient{}.get(stack->proxied(path), {token_header(token)});
  }

  static inline std::unique_ptr<Stack> stack;
};

TEST_F(TokenLife, BoughtUsedAndRevoked) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  EXPECT_EQ(alice.balance(), "982.00");

  const HttpResponse response = use(token, "/hello?a=b");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, "ok");
  const RecordedRequest request = stack->target.last();
  EXPECT_EQ(request.target, "/hello?a=b");
  EXPECT_EQ(request.header("X-User-Id"), alice.id());
  EXPECT_EQ(request.header("X-Token-Id"), token.id);

  const HttpResponse revoked = alice.revoke(token);
  ASSERT_EQ(revoked.status, 200) << revoked.body;
  EXPECT_TRUE(revoked.json().boolean("/revoked"));
  await("the token to be refused", [&] { return use(token).status == 401; });
  const HttpResponse refused = use(token);
  EXPECT_EQ(refused.json().text("/detail"), "Invalid or expired access token");
  EXPECT_TRUE(refused.header("WWW-Authenticate").has_value());
  EXPECT_EQ(alice.revoke(token).status, 409);
  expect_ledger_adds_up(*stack);
}

TEST_F(TokenLife, TheClockStartsAtTheFirstUse) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(1);
  const auto activated = [&] {
    return query_value(*stack,
                       "SELECT activated_at FROM access_tokens WHERE id = '" + token.id + "'");
  };
  const HttpResponse validated =
      alice.post("/tokens/validate", R"({"token":")" + token.text + R"("})");
  EXPECT_TRUE(validated.json().boolean("/valid"));
  EXPECT_TRUE(validated.json().is_null("/expires_at"));
  EXPECT_EQ(activated(), "");
  ASSERT_EQ(use(token).status, 200);
  const std::string first = activated();
  EXPECT_NE(first, "");
  ASSERT_EQ(use(token).status, 200);
  EXPECT_EQ(activated(), first);
}

// Although the service's note of it, in Redis, is a change like any other.
TEST_F(TokenLife, AfterItsFirstUseItIsInNginxsMemory) {
  const Account alice{*stack};
  const auto used = [] {
    return std::stoi(stack->figure(R"(access_token_slots_used{table="grants"})"));
  };
  // The service's own note to Redis, after the first use, can take a token out again.
  const auto stays = [&](int count) {
    return !holds_within(std::chrono::milliseconds{300}, [&] { return used() != count; });
  };
  const BoughtToken other = alice.buy(1);
  make_known(*stack, other);
  int before = 0;
  await("it to be there to stay", [&] { return stays(before = used()); });
  const BoughtToken token = alice.buy(1);
  await("the token to be there to stay",
        [&] { return use(token).status == 200 && stays(before + 1); });
  ASSERT_EQ(use(token).status, 200);
  await("a use to be logged as from memory", [&] {
    return stack->nginx().access_log().find(token.id + " cache=L1") != std::string::npos;
  });
}

// Hundreds of first uses at once, from either nginx worker: one activation, and nobody refused.
TEST_F(TokenLife, AStampedeOfFirstUsesActivatesOnce) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(1);
  const auto statuses = concurrently(64, [&](std::size_t) { return use(token).status; });
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), 64);
  EXPECT_TRUE(stack->redis.command({"EXISTS", "nothing"}).integer == 0);
}

TEST_F(TokenLife, ByHeaderCookieAndArgument) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  HttpClient client;
  const auto passes = [&](const std::string& path, std::vector<std::string> headers) {
    stack->target.clear();
    const HttpResponse response = client.get(stack->proxied(path), std::move(headers));
    EXPECT_EQ(response.status, 200) << response.body;
    RecordedRequest seen = stack->target.last();
    EXPECT_EQ(seen.header("X-User-Id"), alice.id());
    EXPECT_EQ(seen.everything().find(token.text), std::string::npos) << seen.everything();
    return seen;
  };
  passes("/", {token_header(token)});
  EXPECT_EQ(
      passes("/", {"Cookie: a=1; zenzefi_access_token=" + token.text + "; b=2"}).header("Cookie"),
      "a=1; b=2");
  EXPECT_EQ(passes("/page?x=1&token=" + token.text + "&y=2", {}).target, "/page?x=1&y=2");
}

TEST_F(TokenLife, WebSocketsByHeaderCookieAndArgument) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  const auto echoes = [&](WebSocketRequest request) {
    request.port = stack->port();
    WebSocketClient socket{request};
    ASSERT_TRUE(socket.open()) << socket.status() << " " << socket.refusal();
    socket.send("hello");
    EXPECT_EQ(socket.receive(), "hello");
    const RecordedRequest seen = stack->target.last();
    EXPECT_EQ(seen.header("X-Token-Id"), token.id);
    EXPECT_EQ(seen.everything().find(token.text), std::string::npos) << seen.everything();
    socket.close();
  };
  echoes({.target = "/api/v1/proxy/ws", .headers = {{"X-Access-Token", token.text}}});
  echoes({.target = "/api/v1/proxy/ws",
          .headers = {{"Cookie", "zenzefi_access_token=" + token.text}}});
  echoes({.target = "/api/v1/proxy/ws?token=" + token.text});

  const WebSocketClient refused{
      {.port = stack->port(), .target = "/api/v1/proxy/ws?token=nobodys"}};
  EXPECT_EQ(refused.status(), 401);
}

TEST_F(TokenLife, ABrowserSignsInByCookie) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  HttpClient browser;
  const HttpResponse signed_in = browser.post_json(stack->url("/api/v1/proxy/authenticate"),
                                                   R"({"token":")" + token.text + R"("})");
  ASSERT_EQ(signed_in.status, 200) << signed_in.body;
  EXPECT_EQ(signed_in.json().text("/user_id"), alice.id());
  const std::string set_cookie = signed_in.header("Set-Cookie").value_or("");
  EXPECT_TRUE(set_cookie.starts_with("zenzefi_access_token=" + token.text + ";")) << set_cookie;
  EXPECT_NE(set_cookie.find("HttpOnly"), std::string::npos);

  const std::string cookie = "Cookie: " + set_cookie.substr(0, set_cookie.find(';'));
  EXPECT_EQ(browser.get(stack->proxied("/"), {cookie}).status, 200);
  const HttpResponse status = browser.get(stack->url("/api/v1/proxy/status"), {cookie});
  EXPECT_EQ(status.status, 200) << status.body;
  EXPECT_EQ(status.json().text("/token_id"), token.id);
  const HttpResponse signed_out = browser.send(
      {.method = "DELETE", .url = stack->url("/api/v1/proxy/logout"), .headers = {cookie}});
  EXPECT_EQ(signed_out.status, 200);
  EXPECT_NE(signed_out.header("Set-Cookie").value_or("").find("Max-Age=0"), std::string::npos);
}

TEST_F(TokenLife, TheStatusTellsWhatWentThrough) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  constexpr std::size_t kSize = 300'000;
  stack->target.answer_with(
      [](const RecordedRequest&) { return TargetAnswer{.body = std::string(kSize, 'x')}; });
  EXPECT_EQ(use(token, "/large").body.size(), kSize);
  stack->target.answer_with({});
  const auto transferred = [&] {
    const HttpResponse status =
        HttpClient{}.get(stack->url("/api/v1/proxy/status"), {token_header(token)});
    EXPECT_EQ(status.status, 200) << status.body;
    return status.json().integer("/bytes_transferred");
  };
  // A part may be counted while the answer is still under way.
  await("all of it to be shown", [&] { return transferred() > static_cast<std::int64_t>(kSize); });
  EXPECT_LT(transferred(), static_cast<std::int64_t>(kSize) + 10'000);
}

TEST_F(TokenLife, BodiesOfEveryMethodPass) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  stack->target.answer_with(
      [](const RecordedRequest& request) { return TargetAnswer{.body = request.body}; });
  HttpClient client;
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    const std::string body = std::string{method} + std::string(3 << 20, 'x');
    const HttpResponse response = client.send({.method = method,
                                               .url = stack->proxied("/echo"),
                                               .headers = {token_header(token)},
                                               .body = body});
    EXPECT_EQ(response.status, 200) << method;
    EXPECT_TRUE(response.body == body) << method << ": " << response.body.size();
    EXPECT_EQ(stack->target.last().method, method);
  }
  stack->target.answer_with({});
}

TEST_F(TokenLife, NoSecretIsLogged) {
  const Account alice{*stack};
  const BoughtToken token = alice.buy(24);
  EXPECT_EQ(HttpClient{}.get(stack->proxied("/?token=" + token.text)).status, 200);
  EXPECT_EQ(use(token).status, 200);
  EXPECT_EQ(alice.post("/tokens/validate", R"({"token":")" + token.text + R"("})").status, 200);
  EXPECT_EQ(alice.revoke(token).status, 200);
  const std::string logs =
      stack->nginx().error_log() + stack->nginx().access_log() + stack->auth.log();
  EXPECT_FALSE(stack->nginx().access_log().empty());
  for (const std::string& secret :
       {token.text, alice.password(), alice.authorization().substr(22),
        stack->auth.settings().at("SECRET_KEY"), stack->auth.settings().at("TOKEN_ENCRYPTION_KEY"),
        stack->database.password}) {
    EXPECT_EQ(logs.find(secret), std::string::npos);
  }
}

}  // namespace
}  // namespace zenzefi::test
