// Reloads, upgrades, kills and outages while requests come and streams are open.
#include <future>

#include "tests/e2e/module/load.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

constexpr char kStanding[] = R"({"user_id":"6f1d3c52-8a77-4a0e-9a53-0d6b2f1c7e11",)"
                             R"("token_id":"b2f0a9d4-31c5-4c52-8c6e-5f7e90a1d322",)"
                             R"("expires_at":"2099-01-01T00:00:00","duration_hours":1})";

class SurvivalTest : public ModuleTest {
 protected:
  static constexpr milliseconds kPush{3'000};

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

TEST_F(SurvivalTest, ARedisThatReturnsEmptyCostsNobodyASoldToken) {
  begin();
  nginx_->expect_error("Redis at 127.0.0.1");
  sell(token_);
  const std::string unsold = new_token();
  write_record(unsold);
  WebSocketClient client = stream();
  WebSocketClient other{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", unsold}}}};
  redis_.stop();
  await("the loss to be noticed", [&] { return nginx_->logged("while connecting to Redis"); });
  expect_alive(other);
  redis_.start();
  EXPECT_EQ(other.receive(kPush * 3), std::nullopt);
  expect_alive(client);
  EXPECT_EQ(ask(token_).status, 200);
  EXPECT_EQ(ask(unsold).status, 401);
}

TEST_F(SurvivalTest, TheNextRedisTakesOverStreamsToo) {
  const RedisServer second;
  second.set(key_of(token_), kStanding);
  start({.http = "access_token_redis " + second.url() + ";"});
  await_redis();
  nginx_->expect_error("Redis at 127.0.0.1");
  write_record(token_);
  WebSocketClient client = stream();
  redis_.stop();
  await("the second to be asked", [&] {
    const std::string other = new_token();
    second.set(key_of(other), kStanding);
    return ask(other).cache == "REDIS";
  });
  expect_alive(client);
  second.set(key_of(token_), kTombstone);
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  EXPECT_EQ(ask(token_).status, 401);
}

TEST_F(SurvivalTest, ASlowServiceHoldsUpOnlyThoseItIsAskedFor) {
  begin();
  std::promise<void> promise;
  service_.answer_with([released = promise.get_future().share()](const RecordedRequest&) {
    released.wait();
    return grant();
  });
  // Some lead a look-up, some wait in the same worker, some for the other worker's.
  std::vector<RawSocket> stay;
  std::vector<RawSocket> leave;
  for (int i = 0; i < 10; ++i) {
    const std::string token = new_token();
    for (int n = 0; n < 6; ++n) {
      auto& sockets = n == 3 ? stay : leave;
      sockets.emplace_back(port_).send(
          "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
          "X-Access-Token: " +
          token + "\r\n\r\n");
    }
  }
  await("the service to be asked for each", [&] { return service_.count() >= 10; });
  EXPECT_EQ(ask(token_).status, 200);
  for (RawSocket& socket : leave) {
    socket.reset();
  }
  const std::string known_to_redis = new_token();
  write_record(known_to_redis);
  EXPECT_EQ(ask(known_to_redis).cache, "REDIS");
  promise.set_value();
  for (RawSocket& socket : stay) {
    EXPECT_EQ(status_of(socket.receive_all()), 200);
  }
}

TEST_F(SurvivalTest, WhoLeavesBeforeTheFirstLinkStandsIsMissedByNobody) {
  redis_.pause();
  sell(token_);
  start();
  nginx_->expect_error("Redis at 127.0.0.1");
  const std::string request =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Access-Token: " + token_ + "\r\n\r\n";
  RawSocket leaves{port_};
  RawSocket stays{port_};
  leaves.send(request);
  stays.send(request);
  leaves.reset();
  EXPECT_EQ(status_of(stays.receive_all()), 200);
  redis_.resume();
}

TEST_F(SurvivalTest, ServersWithOtherSettingsShareTheZone) {
  const std::uint16_t other_port = free_port();
  start({.http = "server { listen 127.0.0.1:" + std::to_string(other_port) +
                 "; access_token on; access_token_service /ask; access_token_source $http_other;"
                 "access_token_connections 1; access_token_stream_cut off;"
                 "add_header X-Cache $access_token_cache always;"
                 "proxy_http_version 1.1; proxy_set_header Connection $connection_upgrade;"
                 "proxy_set_header Upgrade $http_upgrade;"
                 "location = /ask { internal; proxy_pass http://service/internal/grant; }"
                 "location / { proxy_pass " +
                 target_.url() +
                 "; }"
                 "location /dry { access_token dry_run; proxy_pass " +
                 target_.url() + "; } }"});
  await_redis();
  write_record(token_);
  const std::string other_url = "http://127.0.0.1:" + std::to_string(other_port);
  EXPECT_EQ(ask(token_).status, 200);
  EXPECT_EQ(outcome_of(client_.get(other_url, {"Other: " + token_})).cache, "L1");
  EXPECT_EQ(client_.get(other_url, {"X-Access-Token: " + token_}).status, 401);
  EXPECT_EQ(get("/", {"Other: " + token_}).status, 401);
  EXPECT_EQ(client_.get(other_url + "/dry").status, 200);

  WebSocketClient client = stream();
  WebSocketClient kept{{.port = other_port, .target = "/ws", .headers = {{"Other", token_}}}};
  EXPECT_EQ(client_.get(other_url, {"Other: " + token_}).status, 429);
  EXPECT_EQ(ask(token_).status, 200);
  expect_cut_when_revoked(client);
  expect_alive(kept);
  EXPECT_EQ(client_.get(other_url, {"Other: " + token_}).status, 401);
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
