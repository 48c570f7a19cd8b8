// What a refused client gets, and how the module gets on with nginx's own access control.
#include <atomic>

#include "tests/e2e/module/module_test.hpp"

namespace zenzefi::test {
namespace {

// htpasswd's {PLAIN} scheme
constexpr char kUsers[] = "joe:{PLAIN}secret\n";
constexpr char kJoe[] = "Authorization: Basic am9lOnNlY3JldA==";

class AnswersTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  [[nodiscard]] std::string guarded(const std::string& path, const std::string& directives) const {
    return "location " + path + " { access_token on; " + directives + " proxy_pass " +
           target_.url() + "; }\n";
  }

  [[nodiscard]] std::string header() const { return "X-Access-Token: " + token_; }

  TempDir dir_{"answers"};
  std::string token_ = new_token();
};

TEST_F(AnswersTest, ARefusalIsJson) {
  start();
  const HttpResponse missing = get("/");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing.header("Content-Type"), "application/json");
  EXPECT_EQ(missing.header("WWW-Authenticate"), "Bearer");
  EXPECT_EQ(missing.body, R"({"detail": "Access token required"})");
  const HttpResponse unknown = get("/", {"X-Access-Token: " + new_token()});
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.header_values("WWW-Authenticate").size(), 1U);
  EXPECT_EQ(unknown.body, R"({"detail": "Invalid or expired access token"})");
  const HttpResponse http2 =
      client_.send({.url = "http://127.0.0.1:" + std::to_string(http2_port_) + "/", .http2 = true});
  EXPECT_EQ(http2.status, 401);
  EXPECT_EQ(http2.body, missing.body);
}

TEST_F(AnswersTest, ARefusedBodyIsReadAndTheConnectionGoesOn) {
  start();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        client_.send({.method = "POST", .url = url("/"), .body = std::string(200'000, 'x')}).status,
        401);
    EXPECT_EQ(get("/", {header()}).status, 200);
  }
  const HttpResponse head = client_.send({.method = "HEAD", .url = url("/")});
  EXPECT_EQ(head.status, 401);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(target_.count(), 3U);
}

TEST_F(AnswersTest, ALargeBodyPassesWhileTheServiceIsAsked) {
  start({.server = "client_max_body_size 4m;"});
  const std::string body(2'000'000, 'x');
  const HttpResponse response =
      client_.send({.method = "PUT", .url = url("/upload"), .headers = {header()}, .body = body});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(target_.last().body.size(), body.size());
}

TEST_F(AnswersTest, AnErrorPageIsShownInstead) {
  start({.server = "error_page 401 = @login; error_page 503 /away.html;",
         .locations = "location @login { access_token off; return 418 login; }"
                      "location = /away.html { access_token off; return 200 away; }"});
  EXPECT_EQ(get("/").status, 418);
  EXPECT_EQ(get("/", {"X-Access-Token: " + new_token()}).body, "login");
  EXPECT_EQ(get("/", {header()}).status, 200);
  service_.answer_with([](const RecordedRequest&) { return TargetAnswer{.status = 503}; });
  const HttpResponse away = get("/", {"X-Access-Token: " + new_token()});
  EXPECT_EQ(away.body, "away");
}

TEST_F(AnswersTest, AGuardedErrorPageIsRefusedInItsTurn) {
  start({.server = "error_page 401 /login;"});
  const HttpResponse response = get("/");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.body, R"({"detail": "Access token required"})");
  EXPECT_EQ(target_.count(), 0U);
}

TEST_F(AnswersTest, ABannedAddressCostsNoLookUp) {
  start({.locations = guarded("/deny", "deny all;")});
  nginx_->expect_error("access forbidden by rule");
  EXPECT_EQ(get("/deny", {header()}).status, 403);
  EXPECT_EQ(service_calls(token_), 0U);
}

TEST_F(AnswersTest, BasicAuthIsAskedForToo) {
  write_file(dir_ / "users", kUsers);
  start({.locations = guarded(
             "/both", "auth_basic both; auth_basic_user_file " + (dir_ / "users").string() + ";")});
  EXPECT_EQ(get("/both", {header()}).status, 401);
  EXPECT_EQ(service_calls(token_), 0U);
  EXPECT_EQ(get("/both", {kJoe}).status, 401);
  EXPECT_EQ(get("/both", {kJoe, header()}).status, 200);
}

TEST_F(AnswersTest, SatisfyAnyLetsInWhoHasEither) {
  write_file(dir_ / "users", kUsers);
  const std::string users =
      "auth_basic any; auth_basic_user_file " + (dir_ / "users").string() + ";";
  start({.locations = guarded("/address", "satisfy any; deny all;") +
                      guarded("/basic", "satisfy any; " + users)});
  nginx_->expect_error("access forbidden by rule");
  EXPECT_EQ(get("/address", {header()}).status, 200);
  EXPECT_EQ(get("/address").status, 401);
  EXPECT_EQ(get("/basic", {kJoe}).status, 200);
  const HttpResponse by_token = get("/basic", {header()});
  EXPECT_EQ(by_token.status, 200);
  EXPECT_EQ(by_token.header("WWW-Authenticate"), std::nullopt);
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(get("/basic").status, 401);
  EXPECT_EQ(get("/basic", {"X-Access-Token: " + new_token()}).status, 401);
}

TEST_F(AnswersTest, SatisfyAnyDoesNotTurnAnOutageIntoAYes) {
  start({.locations = guarded("/address", "satisfy any; deny all;")});
  nginx_->expect_error("access forbidden by rule");
  service_.answer_with([](const RecordedRequest&) { return TargetAnswer{.status = 500}; });
  EXPECT_EQ(get("/address", {"X-Access-Token: " + new_token()}).status, 503);
}

TEST_F(AnswersTest, LimitReqStillWorks) {
  start({.http = "limit_req_zone $binary_remote_addr zone=slow:1m rate=1r/m;",
         .locations = guarded("/slow", "limit_req zone=slow;")});
  nginx_->expect_error("limiting requests");
  EXPECT_EQ(get("/slow", {header()}).status, 200);
  EXPECT_EQ(get("/slow", {header()}).status, 503);
}

TEST_F(AnswersTest, AClientThatLeavesWhileItWaitsHarmsNobody) {
  start();
  std::atomic<bool> release = false;
  service_.answer_with([&release](const RecordedRequest&) {
    await("release", [&] { return release.load(); });
    return TargetAnswer{.status = 401, .headers = {{"X-Access-Token-Reason", "unknown"}}};
  });
  const std::string slow = new_token();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THROW(client_.send({.url = url("/"),
                               .headers = {"X-Access-Token: " + slow},
                               .timeout = std::chrono::milliseconds{100}}),
                 HttpFailure);
  }
  release = true;
  EXPECT_EQ(get("/", {"X-Access-Token: " + slow}).status, 401);
  EXPECT_EQ(get("/").status, 401);
}

}  // namespace
}  // namespace zenzefi::test
