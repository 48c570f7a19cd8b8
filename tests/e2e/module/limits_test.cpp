// access_token_limit and access_token_connections: how much one holder gets, over all workers.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

constexpr char kOtherUserId[] = "0d1e2f3a-4b5c-4d6e-8f70-8192a3b4c5d6";
constexpr char kOtherTokenId[] = "1e2f3a4b-5c6d-4e7f-8091-a2b3c4d5e6f7";

class LimitsTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  [[nodiscard]] std::string guarded(const std::string& path, const std::string& directives,
                                    const std::string& mode = "on") const {
    return "location " + path + " { access_token " + mode + "; " + directives + " proxy_pass " +
           target_.url() + "; }\n";
  }
  // Of a record in Redis.
  [[nodiscard]] static std::string record(const std::string& user, const std::string& token_id) {
    return R"({"user_id":")" + user + R"(","token_id":")" + token_id +
           R"(","expires_at":"2099-01-01T00:00:00","duration_hours":1})";
  }

  // Each on a connection of its own, so that all workers get some.
  [[nodiscard]] int passed_of(int requests, const std::string& path, const std::string& token) {
    int passed = 0;
    for (int i = 0; i < requests; ++i) {
      HttpClient fresh;
      const HttpResponse response = fresh.get(url(path), {"X-Access-Token: " + token});
      EXPECT_TRUE(response.status == 200 || response.status == 429) << response.status;
      passed += response.status == 200 ? 1 : 0;
    }
    return passed;
  }
  [[nodiscard]] WebSocketClient open_stream(const std::string& path = "/ws") const {
    return WebSocketClient{{.port = port_, .target = path + "?token=" + token_}};
  }
  // Until what has ended is no longer counted.
  void await_room(const std::string& path = "/") {
    await("a connection to be given back", [&] { return ask(token_, path).status == 200; });
  }

  std::string token_ = new_token();
};

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

TEST_F(LimitsTest, AStreamCountsAsLongAsItLives) {
  start({.server = "access_token_connections 2;", .workers = 2});
  WebSocketClient first = open_stream();
  WebSocketClient second = open_stream();
  ASSERT_TRUE(first.open());
  ASSERT_TRUE(second.open());
  const WebSocketClient third = open_stream();
  EXPECT_EQ(third.status(), 429);
  EXPECT_EQ(third.refusal(), R"({"detail": "Rate limit exceeded"})");
  EXPECT_EQ(passed_of(6, "/", token_), 0);
  EXPECT_EQ(get("/", {"X-Access-Token: " + token_}).header("Retry-After"), "1");
  first.send("still here");
  EXPECT_EQ(first.receive(), "still here");
  second.close();
  await_room();
  EXPECT_TRUE(first.open());
}

TEST_F(LimitsTest, RequestsUnderWayAreCountedExactlyOverAllWorkers) {
  constexpr int kLimit = 7;
  start({.server = "access_token_connections 7;", .workers = 2});
  ASSERT_EQ(ask(token_).status, 200);
  std::atomic<bool> release = false;
  target_.answer_with([&release](const RecordedRequest&) {
    await("release", [&] { return release.load(); });
    return TargetAnswer{};
  });
  std::atomic<int> passed = 0;
  std::atomic<int> limited = 0;
  {
    std::vector<std::jthread> clients;
    clients.reserve(std::size_t{3} * kLimit);
    for (int i = 0; i < 3 * kLimit; ++i) {
      clients.emplace_back([&] {
        HttpClient fresh;
        const int status = fresh.get(url("/"), {"X-Access-Token: " + token_}).status;
        ++(status == 200 ? passed : limited);
      });
    }
    await("all others to be refused", [&] { return limited == 2 * kLimit; });
    release = true;
  }
  EXPECT_EQ(passed, kLimit);
  EXPECT_EQ(limited, 2 * kLimit);
  await_room();
}

TEST_F(LimitsTest, WhoLeavesIsNoLongerCounted) {
  start({.server = "access_token_connections 1;"});
  // The target's answer to who left may still be under way when the test ends.
  const auto release = std::make_shared<std::atomic<bool>>(false);
  target_.answer_with([release](const RecordedRequest&) {
    await("release", [&] { return release->load(); });
    return TargetAnswer{};
  });
  RawSocket client{port_};
  client.send("GET / HTTP/1.1\r\nHost: x\r\nX-Access-Token: " + token_ + "\r\n\r\n");
  await("the request to reach the target", [&] { return target_.count() == 1; });
  EXPECT_EQ(ask(token_).status, 429);
  client.reset();
  *release = true;
  await_room();
}

TEST_F(LimitsTest, AKilledWorkersShareComesBack) {
  start({.server = "access_token_connections 2;"});
  const WebSocketClient first = open_stream();
  const WebSocketClient second = open_stream();
  ASSERT_TRUE(second.open());
  EXPECT_EQ(ask(token_).status, 429);
  nginx_->kill_worker(nginx_->workers().at(0));
  EXPECT_EQ(ask(token_).status, 200);
  const WebSocketClient third = open_stream();
  const WebSocketClient fourth = open_stream();
  EXPECT_TRUE(fourth.open());
  EXPECT_EQ(ask(token_).status, 429);
}

TEST_F(LimitsTest, OnlyTheKilledWorkersShareComesBack) {
  start({.server = "access_token_connections 2;"});
  WebSocketClient old = open_stream();
  ASSERT_TRUE(old.open());
  nginx_->reload();
  const WebSocketClient young = open_stream();
  ASSERT_TRUE(young.open());
  EXPECT_EQ(ask(token_).status, 429) << "a reload forgot the old worker's";
  nginx_->kill_worker(nginx_->workers().at(0));
  const WebSocketClient next = open_stream();
  EXPECT_TRUE(next.open());
  EXPECT_EQ(ask(token_).status, 429);
  old.send("still here");
  EXPECT_EQ(old.receive(), "still here");
  old.close();
  await_room();
}

// Nobody takes its place: the next who would be refused finds out.
TEST_F(LimitsTest, AnOldWorkersShareComesBackWhenItIsKilled) {
  start({.server = "access_token_connections 1;"});
  const WebSocketClient old = open_stream();
  ASSERT_TRUE(old.open());
  nginx_->reload();
  EXPECT_EQ(ask(token_).status, 429);
  nginx_->expect_error("exited on signal 9");
  ASSERT_EQ(nginx_->retiring_workers().size(), 1U);
  kill(nginx_->retiring_workers().at(0), SIGKILL);
  await_room();
}

// Another nginx, with its own zone, and the same Redis.
TEST_F(LimitsTest, TwoNodesHoldOneLimit) {
  constexpr int kAll = 40;
  constexpr int kAtFirst = 25;
  const ModuleSetup setup{.locations =
                              guarded("/limited", "access_token_limit rate=20r/m burst=39;")};
  const std::string counter = std::string{"rate_limit:proxy:"} + kUserId;
  const auto await_counter = [&](int total) {
    await("the counter to be " + std::to_string(total),
          [&] { return redis_.get(counter) == std::to_string(total); });
    // Asks Redis about it, so the answers to reports have come, too.
    EXPECT_EQ(ask(new_token()).status, 401);
  };
  const std::uint16_t first_port = port_;
  start(setup);
  await_redis();
  const std::unique_ptr<NginxServer> first = std::move(nginx_);
  const std::uint16_t second_port = port_ = free_port();
  http2_port_ = free_port();
  start(setup);
  await_redis();

  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(1);
  port_ = first_port;
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(2);
  ASSERT_EQ(passed_of(kAtFirst, "/limited", token_), kAtFirst);
  await_counter(kAtFirst + 2);
  port_ = second_port;
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(kAtFirst + 3);
  const int left = passed_of(kAll, "/limited", token_);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const int most = kAll - kAtFirst - 3;
  EXPECT_GE(left, most);
  EXPECT_LE(left, most + 1 + took.count() * 20 / 60);
  const long long life = redis_.command({"PTTL", counter}).integer;
  EXPECT_GT(life, 0);
  EXPECT_LE(life, 60'000);
}

// Both are reported in one command, the first of them first: where they stand in it follows from
// the last four bytes.
TEST_F(LimitsTest, ACounterThatIsNoneKeepsNoOtherBack) {
  constexpr std::string_view kFirst = "11111111-2222-4333-8444-555500000000";
  constexpr std::string_view kSecond = "11111111-2222-4333-8444-555501000000";
  start({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  await_redis();
  const std::string second = new_token();
  write_record(token_, record(std::string{kFirst}, kTokenId));
  write_record(second, record(std::string{kSecond}, kOtherTokenId));
  redis_.command({"RPUSH", "rate_limit:proxy:" + std::string{kFirst}, "no number"});
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  ASSERT_EQ(passed_of(1, "/limited", second), 1);
  await("the second to be counted",
        [&] { return redis_.get("rate_limit:proxy:" + std::string{kSecond}) == "1"; });
  EXPECT_EQ(redis_.command({"TYPE", "rate_limit:proxy:" + std::string{kFirst}}).text, "list");
}

// The last four bytes of all have the same twelve bits lowest, which is where they are kept until
// they are reported: beside the first of these there are seven places.
TEST_F(LimitsTest, WhoLeavesAPlaceToAnotherIsCountedAllTheSame) {
  constexpr int kNeighbours = 12;
  start({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  await_redis();
  std::vector<std::string> users;
  for (int i = 0; i < kNeighbours; ++i) {
    users.push_back(std::string{"11111111-2222-4333-8444-555500"} + "0123456789ab"[i] + "00000");
    const std::string token = new_token();
    write_record(token, record(users.back(), kTokenId));
    ASSERT_EQ(passed_of(2, "/limited", token), 2);
  }
  for (const std::string& user : users) {
    await("the requests of " + user + " to be counted",
          [&] { return redis_.get("rate_limit:proxy:" + user) == "2"; });
  }
}

TEST_F(LimitsTest, AReplicaInFrontKeepsNoReportBack) {
  const RedisServer replica{
      {.arguments = {"--replicaof", "127.0.0.1", std::to_string(redis_.port())}}};
  redis_.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
  await("the replica to be in step", [&] {
    return replica.command({"INFO", "replication"}).text.find("master_link_status:up") !=
           std::string::npos;
  });
  std::string http =
      render({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  const std::string master = "access_token_redis " + redis_.url() + ";\n";
  http.insert(http.find(master), "access_token_redis " + replica.url() + ";\n");
  nginx_ = std::make_unique<NginxServer>(NginxOptions{.http = http, .ports = {port_}});
  nginx_->expect_error("Redis at 127.0.0.1");
  await("the link to stand to the replica", [&] {
    return nginx_->logged("connected to Redis at 127.0.0.1:" + std::to_string(replica.port()));
  });
  await("reports to come to the master", [&] {
    EXPECT_EQ(passed_of(1, "/limited", token_), 1);
    return redis_.get(std::string{"rate_limit:proxy:"} + kUserId).has_value();
  });
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
