// A new nginx binary beside the old one (SIGUSR2), and in its place.
#include <csignal>
#include <filesystem>

#include "tests/e2e/module/load.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/process.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

class UpgradeTest : public ModuleTest {
 protected:
  static constexpr std::chrono::milliseconds kPush{5'000};

  void begin() {
    sell(token_);
    start(setup_);
    await_redis();
    EXPECT_EQ(ask(token_).cache, "SERVICE");
    EXPECT_EQ(ask(unknown_).cache, "SERVICE");
  }
  [[nodiscard]] std::string guarded(const std::string& path, const std::string& limit) const {
    return "location " + path + " { access_token on; " + limit + " proxy_pass " + target_.url() +
           "; }\n";
  }
  [[nodiscard]] WebSocketClient stream() const {
    return WebSocketClient{{.port = port_, .target = "/counted?token=" + token_}};
  }
  static void expect_alive(WebSocketClient& client) {
    client.send("still here");
    EXPECT_EQ(client.receive(), "still here");
  }
  // Its workers take no new connections from then on.
  static void retire_workers(pid_t master) {
    ::kill(master, SIGWINCH);
    await(
        "the workers to retire", [&] { return NginxServer::workers_of(master).empty(); },
        3 * kPatience);
  }
  static void quit(pid_t master) {
    ::kill(master, SIGQUIT);
    await(
        "nginx to end", [&] { return !is_alive(master); }, 3 * kPatience);
  }
  void expect_all_is_known() {
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(ask(token_).cache, "L1");
      EXPECT_EQ(ask(unknown_).cache, "NEGATIVE");
    }
    EXPECT_EQ(service_calls(token_), 1U);
    EXPECT_EQ(service_calls(unknown_), 1U);
  }

  // Of the running master: each reading of the configuration must have closed that of the last.
  void expect_one_zone_is_open() const {
    int open = 0;
    const std::string directory = "/proc/" + std::to_string(nginx_->master_pid()) + "/fd";
    for (const auto& file : std::filesystem::directory_iterator{directory}) {
      std::error_code gone;
      const auto target = std::filesystem::read_symlink(file.path(), gone);
      open += target.string().find("access_token_zone") == std::string::npos ? 0 : 1;
    }
    EXPECT_EQ(open, 1);
  }

  std::string token_ = new_token();
  std::string unknown_ = new_token();
  ModuleSetup setup_{.zone = "tokens:1m negative=60s",
                     .locations = guarded("/counted", "access_token_connections 4;") +
                                  guarded("/limited", "access_token_limit rate=1r/m burst=1;"),
                     .workers = 2,
                     .daemon = true};
};

TEST_F(UpgradeTest, ItTakesOverWhatIsKnownAndCounted) {
  begin();
  EXPECT_EQ(ask(token_, "/limited").status, 200);
  EXPECT_EQ(ask(token_, "/limited").status, 200);
  std::vector<WebSocketClient> streams;
  streams.push_back(stream());
  streams.push_back(stream());
  const long long gets = gets_served();
  Load load{url("/"), token_};
  load.await_more();

  const pid_t old = nginx_->upgrade();
  load.await_more();
  expect_all_is_known();
  retire_workers(old);
  load.await_more();
  expect_all_is_known();
  EXPECT_EQ(gets_served(), gets);
  EXPECT_EQ(ask(token_, "/limited").status, 429);
  streams.push_back(stream());
  streams.push_back(stream());
  EXPECT_EQ(stream().status(), 429);

  ::kill(old, SIGQUIT);
  load.await_more();
  load.stop();
  EXPECT_EQ(load.refused(), 0);
  EXPECT_EQ(load.failed(), 0);
  for (WebSocketClient& client : streams) {
    expect_alive(client);
  }
  // The old one goes when its last stream ends, and that is now.
  EXPECT_TRUE(is_alive(old));
  write_record(token_, kTombstone);
  for (WebSocketClient& client : streams) {
    EXPECT_EQ(client.receive(kPush), std::nullopt);
  }
  await(
      "the old master to end", [&] { return !is_alive(old); }, 3 * kPatience);
}

TEST_F(UpgradeTest, TheOldOneGoesOnWhenTheNewOneEnds) {
  begin();
  const std::string later = new_token();
  sell(later);
  const pid_t old = nginx_->upgrade();
  const pid_t young = nginx_->master_pid();
  retire_workers(old);
  EXPECT_EQ(ask(later).cache, "SERVICE");
  quit(young);
  await(
      "the old master's new workers",
      [&] { return nginx_->master_pid() == old && nginx_->workers().size() == 2; }, 3 * kPatience);
  expect_all_is_known();
  EXPECT_EQ(ask(later).cache, "L1");
  nginx_->reload();
  expect_all_is_known();
}

TEST_F(UpgradeTest, OneAfterTheOther) {
  begin();
  for (int i = 0; i < 2; ++i) {
    const pid_t old = nginx_->upgrade();
    retire_workers(old);
    quit(old);
    expect_all_is_known();
    nginx_->reload();
    expect_all_is_known();
    expect_one_zone_is_open();
  }
}

TEST_F(UpgradeTest, AnotherSizeIsANewZone) {
  begin();
  setup_.zone = "tokens:2m";
  nginx_->replace_http(render(setup_));
  const pid_t old = nginx_->upgrade();
  retire_workers(old);
  quit(old);
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  EXPECT_EQ(ask(token_).cache, "L1");
  setup_.zone = "tokens:1m";
  nginx_->replace_http(render(setup_));
  nginx_->reload();
  EXPECT_EQ(ask(token_).cache, "SERVICE");
  expect_one_zone_is_open();
}

}  // namespace
}  // namespace zenzefi::test
