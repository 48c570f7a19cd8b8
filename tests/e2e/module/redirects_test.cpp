// One decision for a request, wherever nginx takes it.
#include "tests/e2e/module/module_test.hpp"

namespace zenzefi::test {
namespace {

class RedirectsTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  [[nodiscard]] std::string guarded(const std::string& location,
                                    const std::string& directives) const {
    return "location " + location + " { access_token on; " + directives + " }\n";
  }
  [[nodiscard]] std::string pass() const { return "proxy_pass " + target_.url() + ";"; }

  std::string token_ = new_token();
};

TEST_F(RedirectsTest, NamedLocationsAndTryFilesKeepTheDecision) {
  start({.locations = guarded("/try", "try_files /none @target;") + guarded("@target", pass()) +
                      guarded("/index", "try_files /none /other$is_args$args;")});
  const HttpResponse named = get("/try?token=" + token_);
  EXPECT_EQ(named.status, 200);
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(target_.last().everything().find(token_), std::string::npos);
  EXPECT_EQ(get("/index?token=" + token_ + "&a=1").status, 200);
  EXPECT_EQ(target_.last().target, "/other?a=1");
  EXPECT_EQ(get("/try").status, 401);
  EXPECT_EQ(get("/index").status, 401);
}

TEST_F(RedirectsTest, AnUnguardedLocationMayLeadToAGuardedOne) {
  start({.locations = "location /open { try_files /none @target; }" + guarded("@target", pass())});
  EXPECT_EQ(get("/open").status, 401);
  EXPECT_EQ(get("/open", {"X-Access-Token: " + token_}).status, 200);
  EXPECT_EQ(get("/open?token=" + token_).status, 200);
  EXPECT_EQ(target_.last().everything().find(token_), std::string::npos);
}

TEST_F(RedirectsTest, EachLocationLooksWhereItsSourcesSay) {
  start({.locations =
             guarded("/first", "access_token_source $http_first; error_page 401 = @second;") +
             guarded("@second", "access_token_source $http_second; " + pass())});
  EXPECT_EQ(get("/first", {"Second: " + token_}).status, 200);
  EXPECT_EQ(get("/first").status, 401);
}

TEST_F(RedirectsTest, AnAcceleratedRedirectKeepsTheDecision) {
  start({.locations = guarded("/protected/", "internal; " + pass())});
  target_.answer_with([](const RecordedRequest& request) {
    if (request.target == "/download") {
      return TargetAnswer{.headers = {{"X-Accel-Redirect", "/protected/file"}}};
    }
    return TargetAnswer{.body = "the file"};
  });
  const HttpResponse response = get("/download", {"X-Access-Token: " + token_});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "the file");
  EXPECT_EQ(target_.last().target, "/protected/file");
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(service_calls(token_), 1U);
  EXPECT_EQ(get("/download").status, 401);
  EXPECT_EQ(get("/protected/file", {"X-Access-Token: " + token_}).status, 404);
}

TEST_F(RedirectsTest, SubRequestsBelongToTheirMainRequest) {
  start({.locations = guarded("/page", "add_after_body /part; mirror /mirror; " + pass()) +
                      guarded("/part", pass()) +
                      guarded("= /mirror",
                              "internal; proxy_pass " + target_.url() + "/mirrored$request_uri;")});
  target_.answer_with([](const RecordedRequest& request) {
    return TargetAnswer{.headers = {{"Content-Type", "text/html"}}, .body = request.target + ";"};
  });
  const HttpResponse response = get("/page?token=" + token_ + "&a=1", {"X-User-Id: forged"});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "/page?a=1;/part;");
  await("the mirrored request", [&] { return target_.count() == 3; });
  for (const RecordedRequest& request : target_.requests()) {
    EXPECT_EQ(request.everything().find(token_), std::string::npos) << request.everything();
    EXPECT_EQ(request.header_values("X-User-Id"), std::vector<std::string>{kUserId});
  }
  EXPECT_EQ(service_calls(token_), 1U);
  EXPECT_EQ(get("/page").status, 401);
}

TEST_F(RedirectsTest, TheServiceLocationIsNotForClients) {
  start();
  EXPECT_EQ(get("/_access_token", {"X-Access-Token-Hash: 00"}).status, 404);
  EXPECT_EQ(service_.count(), 0U);
}

TEST_F(RedirectsTest, CachedAnswersAreGuardedToo) {
  start(
      {.http = "proxy_cache_path cache keys_zone=cache:1m;",
       .locations = guarded("/cached", "proxy_cache cache; proxy_cache_valid 200 1m; " + pass())});
  EXPECT_EQ(get("/cached?token=" + token_).status, 200);
  EXPECT_EQ(get("/cached", {"X-Access-Token: " + token_}).status, 200);
  EXPECT_EQ(target_.count(), 1U);
  EXPECT_EQ(get("/cached").status, 401);
}

}  // namespace
}  // namespace zenzefi::test
