// What outlives a reload, a worker, and a change of the configuration.
#include <atomic>
#include <sstream>
#include <thread>

#include "memory/huge_view.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/web_socket_client.hpp"
#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::test {
namespace {

// Bytes of shared memory that a process sees through huge pages.
std::size_t in_huge_pages(pid_t process) {
  std::size_t kibibytes = 0;
  std::istringstream words{read_file("/proc/" + std::to_string(process) + "/smaps")};
  for (std::string word; words >> word;) {
    std::size_t size = 0;
    if (word == "ShmemPmdMapped:" && words >> size) {
      kibibytes += size;
    }
  }
  return kibibytes << 10;
}

bool kernel_collapses() {
  const gateway::test::SharedMemory memory{std::size_t{2} << 20};
  gateway::HugeView view{memory.data(), memory.size()};
  view.collapse_next();
  return view.huge() != 0;
}

class ReloadTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  std::string token_ = new_token();
};

TEST_F(ReloadTest, KeepsL1Warm) {
  start();
  await_redis();
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  const std::string unknown = new_token();
  EXPECT_EQ(ask(unknown).cache, "SERVICE");
  nginx_->reload();
  EXPECT_EQ(ask(token_).cache, "L1");
  EXPECT_EQ(ask(unknown).cache, "NEGATIVE");
  EXPECT_EQ(service_calls(token_), 1U);
}

// A worker's start waited for its huge pages: seconds, in which it answered nobody and its
// predecessors did not see it.
TEST_F(ReloadTest, ABigZoneIsServedFromBeforeAllOfItIsInHugePages) {
  using std::chrono::milliseconds;
  constexpr std::size_t kSize = std::size_t{256} << 20;
  start({.zone = "tokens:256m"});
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  EXPECT_LT(in_huge_pages(nginx_->workers().at(0)), kSize / 2);
  await_redis();
  nginx_->reload();
  EXPECT_FALSE(holds_within(milliseconds{1'000}, [&] { return ask(token_).cache != "L1"; }));
  EXPECT_EQ(service_calls(token_), 0U);
  if (!kernel_collapses()) {
    GTEST_SKIP() << "no huge pages here";
  }
  await("most of the zone to be in huge pages",
        [&] { return in_huge_pages(nginx_->workers().at(0)) > kSize / 2; });
  EXPECT_EQ(ask(token_).cache, "L1");
}

// The old worker stays until the feed of the new one stands.
TEST_F(ReloadTest, ASuccessorThatIsSlowToReachRedisFindsNoGap) {
  using std::chrono::milliseconds;
  start();
  nginx_->expect_error("NOPERM");
  await_redis();
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  redis_.command({"ACL", "SETUSER", "default", "-client"});
  nginx_->reload();
  await("the new worker to be turned away", [&] { return nginx_->logged("NOPERM"); });
  EXPECT_FALSE(holds_within(milliseconds{500}, [&] { return nginx_->retiring_workers().empty(); }));
  redis_.command({"ACL", "SETUSER", "default", "+client"});
  await("the old worker to end", [&] { return nginx_->retiring_workers().empty(); });
  // Longer than a gap between two feeds would be tolerated.
  EXPECT_FALSE(holds_within(milliseconds{1'000}, [&] { return ask(token_).cache != "L1"; }));
  EXPECT_EQ(service_calls(token_), 1U);
}

TEST_F(ReloadTest, AnotherSizeIsANewZone) {
  start();
  await_redis();
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  nginx_->replace_http(render({.zone = "tokens:2m"}));
  nginx_->reload();
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  EXPECT_EQ(service_calls(token_), 2U);
}

TEST_F(ReloadTest, AKilledWorkerLeavesL1Warm) {
  start({.workers = 2});
  await_redis();
  EXPECT_EQ(ask(token_).status, 200);
  for (const pid_t worker : nginx_->workers()) {
    nginx_->kill_worker(worker);
  }
  EXPECT_EQ(ask(token_).cache, "L1");
  EXPECT_EQ(service_calls(token_), 1U);
}

TEST_F(ReloadTest, NoRequestFailsMeanwhile) {
  start();
  std::atomic<bool> stop = false;
  std::atomic<int> passed = 0;
  std::atomic<int> failed = 0;
  std::jthread client{[&] {
    while (!stop) {
      HttpClient fresh;
      const bool good = fresh.get(url("/"), {"X-Access-Token: " + token_}).status == 200;
      ++(good ? passed : failed);
    }
  }};
  for (int i = 0; i < 3; ++i) {
    nginx_->reload();
  }
  stop = true;
  client.join();
  EXPECT_GT(passed, 0);
  EXPECT_EQ(failed, 0);
}

TEST_F(ReloadTest, ADirectiveTakenAwayTakesEffect) {
  start();
  EXPECT_EQ(get("/").status, 401);
  nginx_->replace_http("server { listen 127.0.0.1:" + std::to_string(port_) +
                       "; location / { return 200 open; } }");
  nginx_->reload();
  EXPECT_EQ(get("/").body, "open");
  nginx_->replace_http(render({}));
  nginx_->reload();
  EXPECT_EQ(get("/").status, 401);
}

TEST_F(ReloadTest, AnOldWorkerGoesWhenItsLastStreamEnds) {
  start();
  {
    WebSocketClient stream{{.port = port_, .target = "/ws?token=" + token_}};
    ASSERT_TRUE(stream.open());
    nginx_->reload();
    EXPECT_EQ(nginx_->retiring_workers().size(), 1U);
    stream.send("still here");
    EXPECT_EQ(stream.receive(), "still here");
    stream.close();
  }
  const auto took =
      await("the old worker to end", [&] { return nginx_->retiring_workers().empty(); });
  EXPECT_LT(took.count(), 3000);
}

TEST_F(ReloadTest, AnIdleWorkerQuitsAtOnce) {
  start();
  await_redis();
  nginx_->quit(std::chrono::milliseconds{3000});
  nginx_->start();
  EXPECT_EQ(ask(token_).status, 200);
}

}  // namespace
}  // namespace zenzefi::test
