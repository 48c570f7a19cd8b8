// access_token_limit: how often one holder may ask, over all workers.
#include <atomic>
#include <thread>
#include <vector>

#include "tests/e2e/module/limits_fixture.hpp"

namespace zenzefi::test {
namespace {

TEST_F(LimitsTest, ExactlyTheBurstPassesOverAllWorkers) {
  start({.server = "access_token_limit rate=1r/m burst=19;", .workers = 2});
  std::atomic<int> passed = 0;
  std::atomic<int> limited = 0;
  {
    std::vector<std::jthread> clients;
    clients.reserve(4);
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        for (int n = 0; n < 15; ++n) {
          HttpClient fresh;
          const int status = fresh.get(url("/"), {"X-Access-Token: " + token_}).status;
          passed += status == 200 ? 1 : 0;
          limited += status == 429 ? 1 : 0;
        }
      });
    }
  }
  EXPECT_EQ(passed, 20);
  EXPECT_EQ(limited, 40);
  EXPECT_EQ(target_.count(), 20U);
}

TEST_F(LimitsTest, ALimitedRequestIsToldWhenToComeAgain) {
  start({.server = "access_token_limit rate=1r/s;"});
  EXPECT_EQ(ask(token_).status, 200);
  const HttpResponse limited = get("/", {"X-Access-Token: " + token_});
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.body, R"({"detail": "Rate limit exceeded"})");
  EXPECT_EQ(limited.header("Content-Type"), "application/json");
  EXPECT_EQ(limited.header("Retry-After"), "1");
  EXPECT_EQ(limited.header("WWW-Authenticate"), std::nullopt);
  EXPECT_EQ(limited.header("X-Reason"), "limited");
  const auto took = await("the next request to pass", [&] { return ask(token_).status == 200; });
  EXPECT_LE(took.count(), 1500);
  EXPECT_EQ(target_.count(), 2U);
  const std::string decisions = read_file(nginx_->prefix() / "decisions.log");
  EXPECT_NE(decisions.find(std::string{"|429|limited|L1|1|"} + kUserId), std::string::npos)
      << decisions;
}

TEST_F(LimitsTest, RetryAfterIsTheTimeUntilTheNextMayPass) {
  start({.server = "access_token_limit rate=2r/m burst=1;"});
  EXPECT_EQ(passed_of(2, "/", token_), 2);
  const auto wait = get("/", {"X-Access-Token: " + token_}).header("Retry-After");
  EXPECT_TRUE(wait == "30" || wait == "29") << wait.value_or("none");
}

TEST_F(LimitsTest, AUsersTokensShareALimitUnlessItIsByToken) {
  const std::string second = new_token();
  const std::string stranger = new_token();
  write_record(token_, record(kUserId, kTokenId));
  write_record(second, record(kUserId, kOtherTokenId));
  write_record(stranger, record(kOtherUserId, kOtherTokenId));
  start({.locations = guarded("/user", "access_token_limit rate=1r/m burst=2 key=user;") +
                      guarded("/token", "access_token_limit rate=2r/m burst=2 key=token;")});
  await_redis();
  EXPECT_EQ(passed_of(2, "/user", token_), 2);
  EXPECT_EQ(passed_of(2, "/user", second), 1);
  EXPECT_EQ(passed_of(4, "/user", stranger), 3);
  EXPECT_EQ(passed_of(4, "/token", token_), 3);
  EXPECT_EQ(passed_of(4, "/token", second), 3);
}

TEST_F(LimitsTest, AnInnerLocationUndoesOrReplacesTheLimit) {
  start(
      {.server = "access_token_limit rate=1r/m; access_token_connections 1;",
       .locations =
           guarded("/free", "access_token_limit off; access_token_connections off;") +
           guarded("/more", "access_token_limit rate=2r/m burst=4; access_token_connections 9;")});
  EXPECT_EQ(passed_of(3, "/", token_), 1);
  EXPECT_EQ(passed_of(9, "/free", token_), 9);
  EXPECT_EQ(passed_of(9, "/more", token_), 5);
}

TEST_F(LimitsTest, WhoHasNoGoodTokenIsRefusedAndNotCounted) {
  start({.server = "access_token_limit rate=1r/m;"});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(get("/").status, 401);
    EXPECT_EQ(ask(new_token()).status, 401);
  }
  EXPECT_EQ(ask(token_).status, 200);
}

TEST_F(LimitsTest, ARequestIsCountedOnceHoweverItIsRedirected) {
  start({.server = "access_token_limit rate=1r/m burst=3; access_token_connections 1;",
         .locations = guarded("/moved", "") +
                      "location /start { access_token on; rewrite ^ /inner last; }\n"
                      "location /inner { access_token on; try_files /none @last; }\n"
                      "location @last { access_token on; proxy_pass " +
                      target_.url() +
                      "; }\n"
                      "location /mirrored { access_token on; mirror /copy; proxy_pass " +
                      target_.url() + "; }\n" + "location /copy { access_token on; proxy_pass " +
                      target_.url() + "; }\n"});
  EXPECT_EQ(ask(token_, "/start").status, 200);
  EXPECT_EQ(ask(token_, "/start").status, 200);
  await_room("/mirrored");
  await_room("/moved");
  EXPECT_EQ(ask(token_, "/start").status, 429);
}

TEST_F(LimitsTest, AnErrorPageIsShownInstead) {
  start({.server = "access_token_limit rate=1r/m; error_page 429 = @slow;",
         .locations = "location @slow { access_token off; return 418 slow; }"});
  EXPECT_EQ(ask(token_).status, 200);
  const HttpResponse limited = get("/", {"X-Access-Token: " + token_});
  EXPECT_EQ(limited.status, 418);
  EXPECT_EQ(limited.body, "slow");
}

TEST_F(LimitsTest, UnderSatisfyAnyALimitEndsTheRequest) {
  start({.locations = guarded("/any", "satisfy any; deny all; access_token_limit rate=1r/m;")});
  nginx_->expect_error("access forbidden by rule");
  EXPECT_EQ(ask(token_, "/any").status, 200);
  EXPECT_EQ(ask(token_, "/any").status, 429);
}

TEST_F(LimitsTest, ADryRunSaysWhoWouldBeLimitedAndLetsThemPass) {
  start({.locations = guarded("/dry", "access_token_limit rate=1r/m;", "dry_run")});
  EXPECT_EQ(ask(token_, "/dry").reason, "");
  const Outcome limited = ask(token_, "/dry");
  EXPECT_EQ(limited.status, 200);
  EXPECT_EQ(limited.reason, "limited");
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_TRUE(nginx_->logged("would be refused: limited"));
}

TEST_F(LimitsTest, AReloadKeepsWhatWasCounted) {
  start({.server = "access_token_limit rate=1r/m burst=4;"});
  EXPECT_EQ(passed_of(4, "/", token_), 4);
  nginx_->reload();
  EXPECT_EQ(passed_of(4, "/", token_), 1);
}

TEST_F(LimitsTest, AnotherSizeOfTheZoneBeginsAnew) {
  start({.server = "access_token_limit rate=1r/m;"});
  EXPECT_EQ(passed_of(2, "/", token_), 1);
  nginx_->replace_http(render({.zone = "tokens:2m", .server = "access_token_limit rate=1r/m;"}));
  nginx_->reload();
  EXPECT_EQ(passed_of(2, "/", token_), 1);
}

}  // namespace
}  // namespace zenzefi::test
