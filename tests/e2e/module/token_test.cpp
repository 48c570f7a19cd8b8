// Where a token may stand, and what the configuration learns about it.
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

class TokenTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  // nginx writes it after the client has its answer.
  [[nodiscard]] std::string decision_on(const std::string& request) const {
    std::string line;
    await("the access log", [&] {
      const std::string log = read_file(nginx_->prefix() / "decisions.log");
      const auto start = log.find(request + "|");
      const auto end = log.find('\n', start);
      const bool found = start != std::string::npos && end != std::string::npos;
      line = found ? log.substr(start, end - start) : "";
      return found;
    });
    return line.substr(request.size() + 1);
  }

  std::string token_ = new_token();
};

TEST_F(TokenTest, IsFoundInHeaderCookieAndQuery) {
  start();
  EXPECT_EQ(get("/", {"X-Access-Token: " + token_}).status, 200);
  EXPECT_EQ(get("/", {"x-access-TOKEN: " + token_}).status, 200);
  EXPECT_EQ(get("/", {"Cookie: zenzefi_access_token=" + token_}).status, 200);
  EXPECT_EQ(get("/", {"Cookie: a=b; zenzefi_access_token=" + token_ + "; c=d"}).status, 200);
  EXPECT_EQ(get("/?token=" + token_).status, 200);
  EXPECT_EQ(get("/?a=b&token=" + token_ + "&c=d").status, 200);
  EXPECT_EQ(get("/?tokens=" + token_).status, 401);
  EXPECT_EQ(get("/", {"Cookie: token=" + token_}).status, 401);
}

TEST_F(TokenTest, OfSeveralTheFirstSourceThatIsNotEmptyCounts) {
  start();
  EXPECT_EQ(get("/?token=" + token_, {"X-Access-Token: " + new_token()}).status, 401);
  EXPECT_EQ(get("/?token=" + new_token(), {"X-Access-Token: " + token_}).status, 200);
  EXPECT_EQ(get("/?token=" + token_, {"X-Access-Token;"}).status, 200);
}

TEST_F(TokenTest, MayComeFromAnyVariable) {
  start({.http = "map $http_authorization $bearer { default ''; '~^Bearer (?<value>.+)$' $value; }",
         .locations = "location /bearer { access_token on; access_token_source $bearer; "
                      "proxy_pass " +
                      target_.url() + "; }"});
  EXPECT_EQ(get("/bearer", {"Authorization: Bearer " + token_}).status, 200);
  EXPECT_EQ(get("/bearer", {"Authorization: Basic " + token_}).status, 401);
  EXPECT_EQ(get("/bearer", {"X-Access-Token: " + token_}).status, 401);
}

TEST_F(TokenTest, WithoutTheDirectiveHeaderAndCookieAreLookedAt) {
  start({.http = "server { listen 127.0.0.1:" + std::to_string(port_ = free_port()) +
                 "; access_token_service /s; location = /s { internal; return 401; } "
                 "location / { access_token dry_run; add_header X-Reason $access_token_reason; "
                 "add_header X-Source $access_token_source_used; return 200; } }"});
  // `return` answers before the access phase: what is seen is that the location is accepted.
  EXPECT_EQ(get("/").status, 200);
}

TEST_F(TokenTest, OpensWebSocketsByHeaderCookieAndQuery) {
  start();
  using Headers = std::vector<std::pair<std::string, std::string>>;
  struct Way {
    std::string target;
    Headers headers;
  };
  for (const Way& way : {Way{"/ws?token=" + token_, {}}, Way{"/ws", {{"X-Access-Token", token_}}},
                         Way{"/ws", {{"Cookie", "zenzefi_access_token=" + token_}}}}) {
    WebSocketClient socket{{.port = port_, .target = way.target, .headers = way.headers}};
    ASSERT_TRUE(socket.open()) << way.target;
    socket.send("hello");
    EXPECT_EQ(socket.receive(), "hello");
    EXPECT_EQ(target_.last().everything().find(token_), std::string::npos);
    socket.close();
  }
  const WebSocketClient refused{{.port = port_, .target = "/ws?token=" + new_token()}};
  EXPECT_EQ(refused.status(), 401);
}

TEST_F(TokenTest, IsDecidedAlikeOverHttp2) {
  start();
  const std::string target = "http://127.0.0.1:" + std::to_string(http2_port_) + "/?token=";
  EXPECT_EQ(HttpClient{}.send({.url = target + token_, .http2 = true}).status, 200);
  EXPECT_EQ(HttpClient{}.send({.url = target + new_token(), .http2 = true}).status, 401);
  EXPECT_EQ(HttpClient{}
                .send({.url = target,
                       .headers = {"Cookie: a=b", "Cookie: zenzefi_access_token=" + token_},
                       .http2 = true})
                .status,
            200);
}

TEST_F(TokenTest, VariablesSayWhoItIs) {
  start();
  EXPECT_EQ(get("/v", {"Cookie: zenzefi_access_token=" + token_}).status, 200);
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(target_.last().header("X-Token-Id"), kTokenId);
  const std::string line = decision_on("GET /v HTTP/1.1");
  EXPECT_TRUE(line.starts_with("200|-|SERVICE|2|" + std::string{kUserId} + "|" + kTokenId + "|20"))
      << line;
  const int left = std::stoi(line.substr(line.rfind('|') + 1));
  EXPECT_LE(left, 3600);
  EXPECT_GT(left, 3500);
}

TEST_F(TokenTest, VariablesSayWhyNot) {
  start();
  EXPECT_EQ(get("/none").status, 401);
  EXPECT_EQ(decision_on("GET /none HTTP/1.1"), "401|missing|-|-|-|-|-|-");
  EXPECT_EQ(get("/bad", {"X-Access-Token: !"}).status, 401);
  EXPECT_EQ(decision_on("GET /bad HTTP/1.1"), "401|malformed|-|1|-|-|-|-");
  EXPECT_EQ(get("/guess", {"X-Access-Token: " + new_token()}).status, 401);
  EXPECT_EQ(decision_on("GET /guess HTTP/1.1"), "401|unknown|SERVICE|1|-|-|-|-");
}

TEST_F(TokenTest, DryRunDecidesButLetsPass) {
  start({.locations = "location /dry { access_token dry_run; proxy_pass " + target_.url() + "; }"});
  EXPECT_EQ(get("/dry", {"X-User-Id: forged"}).status, 200);
  EXPECT_EQ(target_.last().header("X-User-Id"), std::nullopt);
  EXPECT_EQ(decision_on("GET /dry HTTP/1.1"), "200|missing|-|-|-|-|-|-");
  const Outcome unknown = ask(new_token(), "/dry");
  EXPECT_EQ(unknown, (Outcome{200, "SERVICE", "unknown", "ok"}));
  EXPECT_EQ(ask(token_, "/dry"), (Outcome{200, "SERVICE", "", "ok"}));
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_TRUE(nginx_->logged("access token would be refused: unknown"));
}

}  // namespace
}  // namespace zenzefi::test
