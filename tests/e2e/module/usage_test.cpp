// What access_token_usage hands to Redis, read as the service reads it: every batch once.
#include <atomic>
#include <future>
#include <map>
#include <set>
#include <sstream>
#include <thread>
#include <utility>

#include "shared/usage.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/http2_frames.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLarge = std::size_t{8} << 20;

std::uint64_t requests_in(const std::vector<UsageDelta>& deltas) {
  std::uint64_t requests = 0;
  for (const UsageDelta& delta : deltas) {
    requests += delta.requests;
  }
  return requests;
}

UsageDelta sum_of(const std::vector<UsageDelta>& deltas) {
  UsageDelta sum;
  for (const UsageDelta& delta : deltas) {
    sum.requests += delta.requests;
    sum.bytes_in += delta.bytes_in;
    sum.bytes_out += delta.bytes_out;
  }
  return sum;
}

class UsageTest : public ModuleTest {
 protected:
  UsageTest() {
    target_.answer_with([this](const RecordedRequest& request) -> TargetAnswer {
      if (request.target == "/large") {
        return {.body = std::string(kLarge, 'x')};
      }
      if (request.target == "/never") {
        never_.wait();
      }
      return {.body = "ok"};
    });
  }
  ~UsageTest() override { end_.set_value(); }

  // Every request is counted, but for those that await Redis.
  void begin(int workers = 1) {
    const std::string location =
        "location /uncounted { access_token on; access_token_usage off; proxy_pass " +
        target_.url() + "; } location /status { access_token_status; }";
    setup_ = {.http = "log_format bytes '$request_length $bytes_sent';",
              .server = "access_token_usage on; access_log bytes.log bytes;",
              .locations = location,
              .workers = workers};
    start(setup_);
    await("the worker to ask Redis", [this] {
      const std::string token = new_token();
      write_record(token);
      return ask(token, "/uncounted").cache == "REDIS";
    });
    write_record(token_);
  }
  // The service knows the token instead.
  void begin_without_redis() {
    setup_ = {.server = "access_token_usage on;"};
    start(setup_);
    nginx_->expect_error("Redis at 127.0.0.1");
    sell(token_);
  }
  void pass(std::size_t requests) {
    for (std::size_t i = 0; i < requests; ++i) {
      ASSERT_EQ(HttpClient{}.get(url("/"), {"X-Access-Token: " + token_}).status, 200);
    }
  }

  // Each batch once, whatever has come twice.
  [[nodiscard]] std::vector<UsageDelta> deltas() const {
    std::vector<UsageDelta> all;
    std::set<std::pair<std::string, std::string>> seen;
    for (const RedisReply& entry :
         redis_.command({"XRANGE", std::string{kUsageStream}, "-", "+"}).elements) {
      std::map<std::string, std::string> fields;
      const auto& words = entry.elements.at(1).elements;
      for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
        fields[words[i].text] = words[i + 1].text;
      }
      EXPECT_TRUE(Uuid::parse(fields.at("writer")).has_value());
      const auto parsed = parse_usage_deltas(fields.at("deltas"));
      EXPECT_TRUE(parsed.has_value()) << fields.at("deltas");
      if (parsed && seen.emplace(fields.at("writer"), fields.at("sequence")).second) {
        all.insert(all.end(), parsed->begin(), parsed->end());
      }
    }
    return all;
  }
  [[nodiscard]] UsageDelta sum() const { return sum_of(deltas()); }
  void await_requests(std::uint64_t requests) const {
    await(std::to_string(requests) + " requests to be counted",
          [&] { return requests_in(deltas()) >= requests; });
  }

  std::string token_ = new_token();
  ModuleSetup setup_;

 private:
  std::promise<void> end_;
  std::shared_future<void> never_ = end_.get_future().share();
};

TEST_F(UsageTest, CountsExactlyOverAllWorkers) {
  begin(2);
  concurrently(8, [&](std::size_t) {
    HttpClient client;
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(client.get(url("/"), {"X-Access-Token: " + token_, "User-Agent: one"}).status, 200);
    }
    return 0;
  });
  EXPECT_EQ(HttpClient{}.get(url("/"), {"X-Access-Token: " + token_, "User-Agent: two"}).status,
            200);
  EXPECT_EQ(HttpClient{}.get(url("/uncounted"), {"X-Access-Token: " + token_}).status, 200);
  EXPECT_EQ(HttpClient{}.get(url("/"), {"X-Access-Token: " + new_token()}).status, 401);
  await_requests(401);
  nginx_->quit();
  std::uint64_t by_two = 0;
  for (const UsageDelta& delta : deltas()) {
    EXPECT_EQ(delta.token_id, Uuid::parse(kTokenId));
    EXPECT_EQ(delta.user_id, Uuid::parse(kUserId));
    EXPECT_EQ(delta.ip_address, "127.0.0.1");
    EXPECT_LE(delta.first_activity, delta.last_activity);
    by_two += delta.user_agent == "two" ? delta.requests : 0;
  }
  EXPECT_EQ(by_two, 1U);
  EXPECT_EQ(sum().requests, 401U);
}

TEST_F(UsageTest, CountsTheBytesNginxLogs) {
  begin();
  const std::string body(100'000, 'b');
  EXPECT_EQ(client_
                .send({.method = "POST",
                       .url = url("/"),
                       .headers = {"X-Access-Token: " + token_},
                       .body = body})
                .status,
            200);
  EXPECT_EQ(get("/large", {"X-Access-Token: " + token_}).body.size(), kLarge);
  EXPECT_EQ(HttpClient{}
                .send({.url = "http://127.0.0.1:" + std::to_string(http2_port_) + "/large",
                       .headers = {"X-Access-Token: " + token_},
                       .http2 = true})
                .body.size(),
            kLarge);
  await_requests(3);
  nginx_->quit();
  std::istringstream log{read_file(nginx_->prefix() / "bytes.log")};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> lines;
  for (std::pair<std::uint64_t, std::uint64_t> line; log >> line.first >> line.second;) {
    lines.push_back(line);
  }
  ASSERT_GE(lines.size(), 3U);
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  for (std::size_t i = lines.size() - 3; i < lines.size(); ++i) {
    in += lines[i].first;
    out += lines[i].second;
  }
  EXPECT_EQ(sum().bytes_in, in);
  EXPECT_EQ(sum().bytes_out, out);
  EXPECT_GT(sum().bytes_in, 100'000U);
  EXPECT_GT(sum().bytes_out, 2 * kLarge);
}

TEST_F(UsageTest, ADownloadIsCountedWhileItRuns) {
  begin();
  RawSocket client{port_};
  client.send("GET /large HTTP/1.1\r\nHost: x\r\nX-Access-Token: " + token_ + "\r\n\r\n");
  await_requests(1);
  const std::uint64_t before = sum().bytes_out;
  EXPECT_GT(before, 0U);
  EXPECT_LT(before, kLarge);
  std::size_t received = 0;
  while (received < kLarge) {
    received += client.receive_all(milliseconds{100}).size();
  }
  await("the rest to be counted", [&] { return sum().bytes_out == received; });
  EXPECT_EQ(sum().requests, 1U);
}

TEST_F(UsageTest, AWebSocketIsCountedInBothDirections) {
  begin();
  WebSocketClient client{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token_}}}};
  ASSERT_TRUE(client.open());
  await_requests(1);
  const UsageDelta handshake = sum();
  const std::string message(3'000, 'm');  // one frame
  for (int i = 0; i < 4; ++i) {
    client.send(message);
    ASSERT_EQ(client.receive(), message);
  }
  // A frame's head: 4 bytes, and 4 of the mask from the client.
  const auto has_all = [&] {
    const UsageDelta now = sum();
    return now.bytes_in == handshake.bytes_in + 4 * (message.size() + 8) &&
           now.bytes_out == handshake.bytes_out + 4 * (message.size() + 4);
  };
  EXPECT_TRUE(holds_within(kPatience, has_all))
      << sum().bytes_in - handshake.bytes_in << " " << sum().bytes_out - handshake.bytes_out;
  client.send("x");
  ASSERT_EQ(client.receive(), "x");
  client.close();
  await("the end to be counted",
        [&] { return sum().bytes_in >= handshake.bytes_in + 4 * (message.size() + 8) + 7; });
  EXPECT_EQ(sum().requests, 1U);
}

TEST_F(UsageTest, AnIdleStreamIsNoUse) {
  begin();
  WebSocketClient client{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token_}}}};
  await_requests(1);
  const std::size_t before = deltas().size();
  pass(1);
  await_requests(2);
  EXPECT_LE(deltas().size(), before + 1);
}

TEST_F(UsageTest, OverHttp2EachStreamIsCounted) {
  begin();
  RawSocket client{http2_port_};
  client.send(http2::preface() + http2::get(1, "/never", {{"x-access-token", token_}}) +
              http2::get(3, "/", {{"x-access-token", token_}}));
  await_requests(2);
  EXPECT_GT(sum().bytes_in, 0U);
  EXPECT_GT(sum().bytes_out, 0U);
}

TEST_F(UsageTest, WhileRedisIsAwayNothingIsLost) {
  redis_.stop();
  begin_without_redis();
  pass(30);
  await("the loss to be noticed", [&] { return nginx_->logged("while handing usage to Redis"); });
  pass(30);
  redis_.start();
  await_requests(60);
  pass(1);
  await_requests(61);
  EXPECT_EQ(sum().requests, 61U);
}

TEST_F(UsageTest, ASilentRedisGetsABatchAgainAndItCountsOnce) {
  begin();
  nginx_->expect_error("Redis at 127.0.0.1");
  pass(10);
  await_requests(10);
  redis_.pause();
  pass(10);
  await("the silence to be noticed",
        [&] { return nginx_->logged("timed out while handing usage to Redis"); });
  pass(10);
  redis_.resume();
  await_requests(30);
  EXPECT_EQ(sum().requests, 30U);
  // What the paused Redis had in its sockets has come as well.
  EXPECT_GT(redis_.command({"XLEN", "usage"}).integer, 2);
}

TEST_F(UsageTest, WhatRedisRefusesIsCountedAndSentAgain) {
  begin();
  nginx_->expect_error("OOM.*while handing usage to Redis at 127.0.0.1");
  const auto shows = [this](const std::string& line) {
    return get("/status").body.find("\naccess_token_" + line + "\n") != std::string::npos;
  };
  EXPECT_TRUE(shows("usage_refused_total 0"));
  redis_.command({"CONFIG", "SET", "maxmemory", "1"});
  pass(10);
  await("the refusal to be counted", [&] { return !shows("usage_refused_total 0"); });
  redis_.command({"CONFIG", "SET", "maxmemory", "0"});
  await_requests(10);
  EXPECT_EQ(sum().requests, 10U);
  EXPECT_TRUE(shows("usage_lost_total 0"));
}

TEST_F(UsageTest, AWorkerKilledUnderLoadLosesWhatItHadNotHandedOnAndNothingTwice) {
  begin(2);
  nginx_->expect_error("Redis at 127.0.0.1");
  std::atomic<std::uint64_t> passed = 0;
  const auto load = [&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      try {
        passed += HttpClient{}.get(url("/"), {"X-Access-Token: " + token_}).status == 200 ? 1 : 0;
      } catch (const HttpFailure&) {
        // It was in the worker that is killed.
      }
    }
  };
  std::jthread one{load};
  std::jthread two{load};
  await_requests(50);
  const std::uint64_t handed_on = sum().requests;
  nginx_->kill_worker(nginx_->workers().at(0));
  // Who has passed from here on has met a worker that lives.
  const std::uint64_t before = passed + 2;
  await("requests to pass again", [&] { return passed >= before + 50; });
  one = {};
  two = {};
  const std::uint64_t after = passed - before;
  await_requests(handed_on + after);
  nginx_->quit();
  EXPECT_LE(sum().requests, passed + 2) << "two may have been counted and not answered";
}

TEST_F(UsageTest, AKilledWorkerLosesItsLastSecondAlone) {
  begin();
  nginx_->expect_error("Redis at 127.0.0.1");
  pass(10);
  await_requests(10);
  nginx_->kill_worker(nginx_->workers().at(0));
  pass(5);
  await_requests(15);
  EXPECT_EQ(sum().requests, 15U);
}

TEST_F(UsageTest, AWorkerThatEndsHandsOnWhatItHas) {
  begin(2);
  pass(20);
  nginx_->replace_http(render(setup_));
  nginx_->reload();
  pass(20);
  nginx_->stop();
  EXPECT_EQ(sum().requests, 40U);
}

TEST_F(UsageTest, AStreamInAnOldWorkerIsCountedOn) {
  begin();
  WebSocketClient client{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", token_}}}};
  await_requests(1);
  nginx_->reload();
  const UsageDelta before = sum();
  client.send("hello");
  ASSERT_EQ(client.receive(), "hello");
  await("the old worker to count on", [&] { return sum().bytes_in > before.bytes_in; });
  client.close();
}

TEST_F(UsageTest, AReplicaIsPassedOver) {
  const RedisServer replica{
      {.arguments = {"--replicaof", "127.0.0.1", std::to_string(redis_.port())}}};
  setup_ = {.http = "access_token_redis " + replica.url() + ";",
            .server = "access_token_usage on;"};
  std::string http = render(setup_);
  // The replica first.
  const std::string first = "access_token_redis " + redis_.url() + ";\n";
  http.replace(http.find(first), first.size(), "access_token_redis " + replica.url() + ";\n");
  const std::string second = setup_.http;
  http.replace(http.rfind(second), second.size(), first);
  nginx_ = std::make_unique<NginxServer>(NginxOptions{.http = http, .ports = {port_}});
  nginx_->expect_error("the replica has lost its master");
  sell(token_);
  pass(3);
  await_requests(3);
  EXPECT_EQ(sum().requests, 3U);
}

}  // namespace
}  // namespace zenzefi::test
