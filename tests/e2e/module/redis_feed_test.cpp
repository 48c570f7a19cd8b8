// What changes in Redis reaches L1; what happens to Redis does not reach those who use tokens.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/e2e/module/lookup_rig.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

class RedisFeedTest : public testing::Test {
 protected:
  // A revocation is to take 50 ms at most on a machine that does nothing else; tests share theirs.
  static constexpr milliseconds kPush{250};
  // After its return, Redis is found again and asked within this time.
  static constexpr milliseconds kReturn{2'000};

  // Before nginx runs: every worker hears of a change in its own time, and forgets.
  RedisFeedTest() { redis_.set(key_of(kToken), grant_record()); }

  [[nodiscard]] NginxOptions rig(LookupRigOptions options = {}) const {
    if (options.redis.empty()) {
      options.redis = {redis_.url()};
    }
    return lookup_rig(options, service_, port_);
  }
  [[nodiscard]] Met meet_token(const std::string& token = kToken) {
    return meet(client_, port_, token);
  }
  void await_met(const Met& met, milliseconds deadline = kPatience) {
    Met last;
    EXPECT_TRUE(holds_within(deadline, [&] { return (last = meet_token()) == met; }))
        << "expected " << met << ", met " << last;
  }
  void warm() {
    await("the grant to be in L1", [&] { return meet_token() == kFromL1; });
  }

  std::uint16_t port_ = free_port();
  RedisServer redis_;
  StandInService service_;
  HttpClient client_;
};

TEST_F(RedisFeedTest, ARecordInRedisLetsItsTokenPassWithoutTheService) {
  const NginxServer nginx{rig()};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  EXPECT_EQ(meet_token(), kFromRedis);
  EXPECT_EQ(meet_token(), kFromL1);
  EXPECT_EQ(service_.asked(), 0U);
}

struct Change {
  std::string name;
  std::function<void(const RedisServer&, const std::string& key)> make;
};

std::ostream& operator<<(std::ostream& out, const Change& change) {
  return out << change.name;
}

class RedisChangeTest : public RedisFeedTest, public testing::WithParamInterface<Change> {};

TEST_P(RedisChangeTest, IsPushedToL1) {
  const NginxServer nginx{rig({.workers = 2})};
  warm();
  GetParam().make(redis_, key_of(kToken));
  EXPECT_TRUE(holds_within(kPush, [&] { return meet_token().status == 401; }));
  // Nothing of it comes back.
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(meet_token().status, 401);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RedisChangeTest,
    testing::Values(Change{"tombstone", [](auto& redis, auto& key) { redis.set(key, kTombstone); }},
                    Change{"deletion",
                           [](auto& redis, auto& key) {
                             redis.command({"DEL", key});
                           }},
                    Change{"expiry",
                           [](auto& redis, auto& key) {
                             redis.command({"PEXPIRE", key, "20"});
                           }},
                    Change{"flush",
                           [](auto& redis, auto& /*key*/) { redis.command({"FLUSHALL"}); }},
                    // More keys in one message than hiredis reads at once.
                    Change{"many_at_once",
                           [](auto& redis, auto& key) {
                             std::vector<std::string> words{"MSET"};
                             for (int i = 0; i < 3000; ++i) {
                               words.push_back(key_of("other" + std::to_string(i)));
                               words.push_back(kTombstone);
                             }
                             words.push_back(key);
                             words.push_back(kTombstone);
                             redis.command(words);
                           }}),
    [](const auto& change) { return change.param.name; });

TEST_F(RedisFeedTest, AWorkerJustStartedAsksRedisAsSoonAsItCan) {
  redis_.pause();
  const NginxServer nginx{rig({.redis = {redis_.url() + " connect_timeout=10s"}})};
  RawSocket client{port_};
  client.send(raw_request(kToken));
  EXPECT_EQ(client.receive_all(milliseconds{300}), "");
  redis_.resume();
  EXPECT_EQ(status_of(client.receive_all()), 200);
  EXPECT_EQ(service_.asked(), 0U);
}

TEST_F(RedisFeedTest, AWorkerJustStartedWaitsForNoSilentRedis) {
  redis_.pause();
  NginxServer nginx{rig({.redis = {redis_.url() + " connect_timeout=300ms"}})};
  nginx.expect_error("timed out while connecting to Redis");
  service_.grants(true);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(meet_token(), kFromService);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds{3'000});
  redis_.resume();
}

TEST_F(RedisFeedTest, WhatStandsStillStaysInL1) {
  const NginxServer nginx{rig({.zone = "unconfirmed=1s"})};
  const auto stays_in_l1 = [&](milliseconds duration) {
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
      if (meet_token() != kFromL1) {
        return false;
      }
    }
    return true;
  };
  // What was found before the feed's first proof is asked for once more.
  await("L1 to be covered", [&] { return stays_in_l1(milliseconds{500}); });
  const auto asked = gets_served(redis_);
  EXPECT_TRUE(stays_in_l1(milliseconds{2'500}));
  EXPECT_EQ(gets_served(redis_), asked);
}

TEST_F(RedisFeedTest, WithoutRedisTheServiceAnswersAndOneLineSaysSo) {
  NginxServer nginx{rig()};
  nginx.expect_error("Redis at 127.0.0.1");
  warm();
  redis_.stop();
  service_.grants(true);
  EXPECT_EQ(meet_token(), kFromL1);
  EXPECT_EQ(meet_token("never-seen"), kFromService);
  EXPECT_EQ(meet_token("never-seen"), kFromL1);
  await("the trouble to be logged",
        [&] { return nginx.logged("refused while connecting to Redis at 127.0.0.1"); });
  const std::string log = nginx.error_log();
  // Some ten attempts later.
  static_cast<void>(holds_within(milliseconds{3'000}, [] { return false; }));
  EXPECT_EQ(nginx.error_log(), log);
}

TEST_F(RedisFeedTest, ARevocationDuringAnOutageOfRedisCountsWhenRedisReturns) {
  NginxServer nginx{rig()};
  nginx.expect_error("Redis at 127.0.0.1");
  warm();
  redis_.stop();
  await("the loss to be noticed", [&] { return nginx.logged("while connecting to Redis"); });
  service_.answers(StandInService::refusal_answer("revoked"));
  EXPECT_EQ(meet_token(), kFromL1) << "for up to `unconfirmed`";
  // Beyond what counts as an interruption that other workers may have covered.
  static_cast<void>(holds_within(milliseconds{600}, [] { return false; }));
  redis_.start();
  await_met({401, "SERVICE", "revoked"}, kReturn);
}

TEST_F(RedisFeedTest, ASilentRedisIsNotBelieved) {
  NginxServer nginx{rig({.zone = "unconfirmed=1s"})};
  nginx.expect_error("Redis at 127.0.0.1");
  warm();
  redis_.pause();
  service_.grants(true);
  // Who asks at this moment waits for the time-out, no longer.
  EXPECT_EQ(meet_token("never-seen"), kFromService);
  await_met(kFromService, milliseconds{3'000});
  service_.answers(StandInService::refusal_answer("revoked"));
  await_met({401, "SERVICE", "revoked"}, milliseconds{3'000});
  EXPECT_TRUE(nginx.logged("timed out while (listening|connecting) to Redis"));
  redis_.resume();
  await("the link to stand again", [&] {
    redis_.set(key_of("another"), grant_record());
    return meet_token("another") == kFromRedis || meet_token("another") == kFromL1;
  });
}

TEST_F(RedisFeedTest, ItsSilenceIsNoticedWhenNobodyAsks) {
  NginxServer nginx{rig()};
  nginx.expect_error("Redis at 127.0.0.1");
  warm();
  redis_.pause();
  await("the silence to be noticed",
        [&] { return nginx.logged("timed out while listening to Redis"); });
  redis_.resume();
}

TEST_F(RedisFeedTest, AWrongPasswordIsNamedButNotShown) {
  const RedisServer guarded{{.password = "right-password"}};
  const std::string url = "redis://127.0.0.1:" + std::to_string(guarded.port());
  const TempDir dir;
  write_file(dir / "wrong", "wrong-password\n");
  write_file(dir / "right", "right-password\n");
  {
    NginxServer nginx{rig({.redis = {url + " password_file=" + (dir / "wrong").string()}})};
    nginx.expect_error("WRONGPASS.*while connecting to Redis");
    service_.grants(true);
    EXPECT_EQ(meet_token(), kFromService);
    await("the refusal to be logged", [&] { return nginx.logged("WRONGPASS"); });
    EXPECT_FALSE(nginx.logged("wrong-password"));
  }
  const NginxServer nginx{
      rig({.redis = {url + " db=3 password_file=" + (dir / "right").string()}})};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  EXPECT_FALSE(nginx.logged("right-password"));
}

TEST_F(RedisFeedTest, AUnixSocketIsAsGood) {
  const TempDir dir;
  const std::string path = (dir / "redis.sock").string();
  RedisServer redis{{.arguments = {"--unixsocket", path}}};
  NginxServer nginx{rig({.redis = {"unix:" + path}})};
  nginx.expect_error("Redis at unix:");
  await("the link to stand", [&] { return nginx.logged("connected to Redis at unix:"); });
  redis.set(key_of(kToken), grant_record());
  EXPECT_EQ(meet_token(), kFromRedis);
  redis.set(key_of(kToken), kTombstone);
  EXPECT_TRUE(holds_within(kPush, [&] { return meet_token().status == 401; }));
  redis.stop();
  service_.grants(true);
  EXPECT_EQ(meet_token("never-seen"), kFromService);
  await("the trouble to be named", [&] {
    return nginx.logged("(No such file|refused).* while connecting to Redis at unix:");
  });
}

TEST_F(RedisFeedTest, TheChosenDatabaseIsAsked) {
  const NginxServer nginx{rig({.redis = {redis_.url() + " db=3"}})};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  EXPECT_EQ(meet_token(), kUnknownSaysService);
  redis_.command({"MOVE", key_of(kToken), "3"});
  await_met(kFromRedis);
}

TEST_F(RedisFeedTest, TheNextAddressIsTriedWhenOneFails) {
  RedisServer first;
  first.set(key_of(kToken), grant_record());
  NginxServer nginx{rig({.redis = {first.url(), redis_.url()}})};
  nginx.expect_error("Redis at 127.0.0.1");
  await_met(kFromL1);
  EXPECT_EQ(gets_served(redis_), 0);
  first.stop();
  await("the second to be used", [&] {
    return nginx.logged("connected to Redis at 127.0.0.1:" + std::to_string(redis_.port()));
  });
  redis_.set(key_of("another"), grant_record());
  EXPECT_EQ(meet_token("another"), kFromRedis);
}

TEST_F(RedisFeedTest, AReplicaThatLostItsMasterIsNotBelieved) {
  const RedisServer replica{
      {.arguments = {"--replicaof", "127.0.0.1", std::to_string(redis_.port())}}};
  NginxServer nginx{rig({.redis = {replica.url()}})};
  nginx.expect_error("Redis at 127.0.0.1");
  await_met(kFromRedis);
  await_met(kFromL1);
  redis_.command({"DEL", key_of(kToken)});
  EXPECT_TRUE(holds_within(kPush, [&] { return meet_token().status == 401; }));
  redis_.stop();
  await("the loss to be noticed", [&] { return nginx.logged("has lost its master"); });
  service_.grants(true);
  EXPECT_EQ(meet_token("never-seen"), kFromService);
}

TEST_F(RedisFeedTest, AWorkerWithALinkEndsAtOnceWhateverRedisDoes) {
  NginxServer nginx{rig({.workers = 2})};
  nginx.expect_error("Redis at 127.0.0.1");
  warm();
  EXPECT_LT(await("nginx to quit", [&] { return nginx.quit(), true; }), milliseconds{1'000});
  nginx.start();
  warm();
  redis_.pause();
  EXPECT_LT(await("nginx to quit", [&] { return nginx.quit(), true; }), milliseconds{1'000});
  redis_.resume();
}

TEST_F(RedisFeedTest, AReloadKeepsL1AndTheNextFeedGoesOnWhereTheLastEnded) {
  NginxServer nginx{rig({.workers = 2})};
  // The first heartbeats begin the cover anew.
  static_cast<void>(holds_within(milliseconds{600}, [] { return false; }));
  warm();
  for (int i = 0; i < 5; ++i) {
    nginx.reload();
    EXPECT_EQ(meet_token(), kFromL1) << "after reload " << i;
  }
  redis_.set(key_of(kToken), kTombstone);
  EXPECT_TRUE(holds_within(kPush, [&] { return meet_token().status == 401; }));
}

TEST_F(RedisFeedTest, EndedConnectionsAreMadeAgain) {
  NginxServer nginx{rig()};
  nginx.expect_error("Redis at 127.0.0.1");
  for (const char* kind : {"pubsub", "normal"}) {
    redis_.set(key_of(kToken), grant_record());
    warm();
    redis_.command({"CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"});
    redis_.set(key_of(kToken), kTombstone);
    EXPECT_TRUE(holds_within(kReturn, [&] { return meet_token().status == 401; })) << kind;
  }
}

}  // namespace
}  // namespace zenzefi::test
