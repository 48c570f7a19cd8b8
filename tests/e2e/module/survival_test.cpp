// Reloads, upgrades, kills and outages while requests come and streams are open.
#include <atomic>
#include <thread>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPush{3'000};
constexpr char kTombstone[] = R"({"revoked":true})";

// Requests on fresh connections, one after the other, for as long as it lives.
class Load {
 public:
  Load(std::string url, std::string token)
      : client_{[this, url = std::move(url), token = std::move(token)](std::stop_token stop) {
          while (!stop.stop_requested()) {
            ask(url, token);
          }
        }} {}

  void stop() {
    client_.request_stop();
    client_.join();
  }
  [[nodiscard]] int passed() const { return passed_; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] int failed() const { return failed_; }
  // A hundred more.
  void await_more() const {
    const int before = passed_;
    await("requests to pass", [&] { return passed_ >= before + 100; });
  }

 private:
  void ask(const std::string& url, const std::string& token) {
    try {
      HttpClient fresh;
      ++(fresh.get(url, {"X-Access-Token: " + token}).status == 200 ? passed_ : refused_);
    } catch (const HttpFailure&) {
      ++failed_;
    }
  }

  std::atomic<int> passed_ = 0;
  std::atomic<int> refused_ = 0;  // answered, but not with 200
  std::atomic<int> failed_ = 0;   // not answered
  std::jthread client_;
};

class SurvivalTest : public ModuleTest {
 protected:
  void begin(int workers = 2) {
    start({.workers = workers});
    await_redis();
    write_record(token_);
  }
  [[nodiscard]] WebSocketClient stream() const {
    return WebSocketClient{
        {.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token_}}}};
  }
  static void expect_alive(WebSocketClient& client) {
    client.send("still here");
    EXPECT_EQ(client.receive(), "still here");
  }
  void expect_cut_when_revoked(WebSocketClient& client) const {
    write_record(token_, kTombstone);
    EXPECT_EQ(client.receive(kPush), std::nullopt);
  }

  std::string token_ = new_token();
};

TEST_F(SurvivalTest, ReloadsUnderLoadFailNoRequestAndEndNoStream) {
  begin();
  std::vector<WebSocketClient> streams;
  Load load{url("/"), token_};
  for (int i = 0; i < 3; ++i) {
    streams.push_back(stream());
    load.await_more();
    nginx_->reload();
  }
  load.await_more();
  load.stop();
  EXPECT_EQ(load.refused(), 0);
  EXPECT_EQ(load.failed(), 0);
  EXPECT_GE(nginx_->retiring_workers().size(), 1U);
  for (WebSocketClient& client : streams) {
    expect_alive(client);
    client.close();
  }
  EXPECT_TRUE(holds_within(kPush, [&] { return nginx_->retiring_workers().empty(); }));
}

TEST_F(SurvivalTest, AKilledWorkerTakesOnlyItsOwnRequestsAlong) {
  begin();
  Load load{url("/"), token_};
  for (int i = 0; i < 2; ++i) {
    load.await_more();
    nginx_->kill_worker(nginx_->workers().front());
  }
  load.await_more();
  load.stop();
  EXPECT_EQ(load.refused(), 0);
  // It could have had the one request that is under way at a time.
  EXPECT_LE(load.failed(), 2);
  WebSocketClient client = stream();
  expect_alive(client);
  expect_cut_when_revoked(client);
}

TEST_F(SurvivalTest, AStreamOfTheOldZoneIsStillCut) {
  begin();
  WebSocketClient client = stream();
  nginx_->replace_http(render({.zone = "tokens:2m", .workers = 2}));
  nginx_->reload();
  EXPECT_EQ(ask(token_).status, 200);
  expect_alive(client);
  expect_cut_when_revoked(client);
}

TEST_F(SurvivalTest, APausedRedisEndsNoStreamAndIsHeardAgainAfterwards) {
  begin(1);
  nginx_->expect_error("Redis at 127.0.0.1");
  sell(token_);
  WebSocketClient client = stream();
  redis_.pause();
  await("the silence to be noticed", [&] { return nginx_->logged("timed out while"); });
  expect_alive(client);
  EXPECT_EQ(ask(token_).status, 200);
  redis_.resume();
  await("the link to stand again", [&] {
    const std::string other = new_token();
    write_record(other);
    return ask(other).cache == "REDIS";
  });
  expect_alive(client);
  expect_cut_when_revoked(client);
}

TEST_F(SurvivalTest, WithNobodyToAskAStreamLivesOn) {
  begin(1);
  nginx_->expect_error("Redis at 127.0.0.1");
  nginx_->expect_error("upstream");
  nginx_->expect_error("auth service");
  WebSocketClient client = stream();
  service_.answer_with([](const RecordedRequest&) -> TargetAnswer { return {.status = 500}; });
  // The service is asked, in vain, and asked again.
  redis_.command({"FLUSHALL"});
  await("the service to be asked again", [&] { return service_calls(token_) >= 2; });
  expect_alive(client);
  write_record(token_);
  expect_cut_when_revoked(client);
}

}  // namespace
}  // namespace zenzefi::test
