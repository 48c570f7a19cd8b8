// access_token_connections: how many requests of one holder may be under way, over all workers.
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "tests/e2e/module/limits_fixture.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

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

}  // namespace
}  // namespace zenzefi::test
