// Many ask, few are asked: coalescing, clients that leave, a service that fails.
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "tests/e2e/module/lookup_rig.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

class LookupTest : public testing::Test {
 protected:
  [[nodiscard]] NginxOptions rig(LookupRigOptions options = {}) const {
    options.redis = {redis_.url()};
    return lookup_rig(options, service_, port_);
  }
  // nginx with links that stand.
  [[nodiscard]] std::unique_ptr<NginxServer> start(const LookupRigOptions& options = {}) const {
    auto nginx = std::make_unique<NginxServer>(rig(options));
    await("all links to stand", [&] {
      return redis_.command({"PUBSUB", "NUMSUB", "__redis__:invalidate"}).elements.at(1).integer ==
                 options.workers &&
             nginx->logged("connected to Redis");
    });
    return nginx;
  }
  [[nodiscard]] Met meet_token(const std::string& token = kToken) {
    return meet(client_, port_, token);
  }
  [[nodiscard]] RawSocket send(const std::string& token = kToken) const {
    RawSocket socket{port_};
    socket.send(raw_request(token));
    return socket;
  }
  void await_asked(std::size_t count) const {
    await("the service to be asked", [&] { return service_.asked() == count; });
  }

  std::uint16_t port_ = free_port();
  RedisServer redis_;
  StandInService service_;
  HttpClient client_;
};

TEST_F(LookupTest, EqualQuestionsAreAskedOnce) {
  const auto nginx = start({.workers = 2});
  service_.grants(true);
  service_.takes(milliseconds{300});
  std::vector<RawSocket> sockets;
  sockets.reserve(400);
  for (int i = 0; i < 400; ++i) {
    sockets.push_back(send());
  }
  for (RawSocket& socket : sockets) {
    EXPECT_EQ(status_of(socket.receive_all()), 200);
  }
  EXPECT_EQ(service_.asked(), 1U);
  // One for each worker.
  EXPECT_LE(gets_served(redis_), 2);
}

TEST_F(LookupTest, DifferentQuestionsDoNotWaitForEachOther) {
  const auto nginx = start();
  service_.grants(true);
  service_.takes(milliseconds{300});
  const auto begin = std::chrono::steady_clock::now();
  const auto met = concurrently(20, [&](std::size_t i) {
    HttpClient client;
    return meet(client, port_, "token" + std::to_string(i));
  });
  EXPECT_EQ(met, std::vector<Met>(20, kFromService));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds{3'000});
}

TEST_F(LookupTest, StreamsOfHttp2WaitAndLeaveLikeConnections) {
  const auto nginx = start({.http2 = true});
  service_.grants(true);
  service_.takes(milliseconds{300});
  const auto served = concurrently(24, [&](std::size_t i) {
    HttpClient client;
    try {
      return client
          .send({.url = "http://127.0.0.1:" + std::to_string(port_),
                 .headers = {"X-Access-Token: " + kToken},
                 .timeout = i % 3 == 0 ? milliseconds{50 + 5 * i} : kPatience,
                 .http2 = true})
          .status;
    } catch (const HttpFailure&) {
      return 0;
    }
  });
  for (std::size_t i = 0; i < served.size(); ++i) {
    EXPECT_EQ(served[i], i % 3 == 0 ? 0 : 200);
  }
}

TEST_F(LookupTest, TheServiceSeesTheHashAndNothingElse) {
  const auto nginx = start();
  HttpClient client;
  EXPECT_EQ(client
                .send({.method = "POST",
                       .url = "http://127.0.0.1:" + std::to_string(port_),
                       .headers = {"X-Access-Token: " + kToken, "Cookie: a=b", "X-Other: c"},
                       .body = std::string(100'000, 'x')})
                .status,
            401);
  const RecordedRequest asked = service_.last();
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/internal/grant");
  EXPECT_EQ(asked.header("X-Access-Token-Hash"), key_of(kToken).substr(key_of("").find(':') + 1));
  EXPECT_EQ(asked.body, "");
  for (const char* name : {"X-Access-Token", "Cookie", "X-Other", "Content-Length"}) {
    EXPECT_FALSE(asked.header(name)) << name;
  }
}

TEST_F(LookupTest, ARefusalIsRememberedForItsTime) {
  const auto nginx = start({.zone = "negative=500ms"});
  EXPECT_EQ(meet_token(), kUnknownSaysService);
  EXPECT_EQ(meet_token(), (Met{401, "NEGATIVE", "unknown"}));
  EXPECT_EQ(service_.asked(), 1U);
  await("the refusal to be forgotten", [&] { return meet_token() == kUnknownSaysService; });
  EXPECT_EQ(service_.asked(), 2U);
}

TEST_F(LookupTest, ATombstoneIsARefusalWithoutTheService) {
  const auto nginx = start();
  redis_.set(key_of(kToken), kTombstone);
  EXPECT_EQ(meet_token(), (Met{401, "REDIS", "revoked"}));
  EXPECT_EQ(meet_token(), (Met{401, "NEGATIVE", "revoked"}));
  EXPECT_EQ(service_.asked(), 0U);
}

TEST_F(LookupTest, WhatRedisHasButCannotBeUsedIsLeftToTheService) {
  const auto nginx = start();
  nginx->expect_error("unreadable record in Redis while looking up");
  nginx->expect_error("WRONGTYPE");
  service_.grants(true);
  redis_.set(key_of("nonsense"), "{nonsense");
  EXPECT_EQ(meet_token("nonsense"), kFromService);
  EXPECT_TRUE(nginx->logged("unreadable record"));
  redis_.command({"LPUSH", key_of("list"), "a"});
  EXPECT_EQ(meet_token("list"), kFromService);
  redis_.set(key_of("expired"),
             format_grant_record(Grant{
                 .user_id = {}, .token_id = {}, .expires_at = Timestamp{}, .duration_hours = 1}));
  EXPECT_EQ(meet_token("expired"), kFromService);
}

TEST_F(LookupTest, WhoLeavesWhileRedisIsAskedIsMissedByNobody) {
  const auto nginx = start();
  nginx->expect_error("Redis at 127.0.0.1");
  service_.grants(true);
  redis_.pause();
  {
    RawSocket first = send();
    RawSocket second = send();
    first.reset();
    EXPECT_EQ(status_of(second.receive_all()), 200);
  }
  redis_.resume();
}

TEST_F(LookupTest, AnotherTakesOverWhenWhoAskedTheServiceLeaves) {
  const auto nginx = start({.workers = 2});
  service_.grants(true);
  service_.takes(milliseconds{500});
  RawSocket first = send();
  await_asked(1);
  // In both workers.
  std::vector<RawSocket> others;
  others.reserve(20);
  for (int i = 0; i < 20; ++i) {
    others.push_back(send());
  }
  first.reset();
  await_asked(2);
  for (RawSocket& other : others) {
    EXPECT_EQ(status_of(other.receive_all()), 200);
  }
  EXPECT_EQ(service_.asked(), 2U);
}

TEST_F(LookupTest, WhenAllLeaveTheNextBeginsAnew) {
  const auto nginx = start();
  service_.grants(true);
  service_.takes(milliseconds{500});
  for (std::size_t i = 1; i <= 8; ++i) {
    RawSocket socket = send();
    await_asked(i);
    socket.reset();
  }
  service_.takes(milliseconds{0});
  EXPECT_EQ(meet_token(), kFromService);
}

TEST_F(LookupTest, ClientsThatComeAndGoAtRandomHarmNobody) {
  const auto nginx = start({.workers = 2});
  service_.grants(true);
  service_.takes(milliseconds{5});
  const auto served = concurrently(8, [&](std::size_t thread) {
    int right = 0;
    for (std::size_t i = 0; i < 60; ++i) {
      const std::string token = "shared" + std::to_string(i / 4);
      RawSocket leaver = send(token);
      RawSocket stayer = send(token);
      std::this_thread::sleep_for(std::chrono::microseconds{(thread * 977 + i * 131) % 8'000});
      leaver.reset();
      right += status_of(stayer.receive_all()) == 200 ? 1 : 0;
    }
    return right;
  });
  EXPECT_EQ(served, std::vector<int>(8, 60));
}

TEST_F(LookupTest, WhoComesAfterARevocationIsNotServedByAnAnswerFromBefore) {
  const auto nginx = start();
  service_.grants(true);
  service_.takes(milliseconds{500});
  RawSocket before = send();
  await_asked(1);
  redis_.set(key_of(kToken), kTombstone);
  await("the revocation to be heard of", [&] {
    // Each of these joins the look-up; the first that comes after the revocation stays out of it.
    HttpClient client;
    return meet(client, port_, kToken) == Met{401, "REDIS", "revoked"};
  });
  // Let in, and then cut, unless it had its answer before.
  const int status = status_of(before.receive_all());
  EXPECT_TRUE(status == 200 || status == 401) << status;
  EXPECT_EQ(meet_token().status, 401);
}

class BadServiceTest : public LookupTest, public testing::WithParamInterface<TargetAnswer> {};

TEST_P(BadServiceTest, IsUnavailableNeitherYesNorNo) {
  const auto nginx = start();
  nginx->expect_error("without what belongs to it, while asking the auth service");
  service_.answers(GetParam());
  EXPECT_EQ(meet_token(), kUnavailable);
  service_.grants(true);
  EXPECT_EQ(meet_token(), kFromService);
}

TargetAnswer spoilt(std::size_t header, const std::string& value) {
  TargetAnswer answer = StandInService::grant_answer();
  answer.headers.at(header).second = value;
  return answer;
}

INSTANTIATE_TEST_SUITE_P(All, BadServiceTest,
                         testing::Values(TargetAnswer{.status = 500}, TargetAnswer{.status = 503},
                                         TargetAnswer{.status = 200}, TargetAnswer{.status = 204},
                                         TargetAnswer{.status = 401}, TargetAnswer{.status = 302},
                                         spoilt(0, "nobody"), spoilt(1, ""), spoilt(2, "tomorrow"),
                                         spoilt(3, "24h"),
                                         StandInService::refusal_answer("boredom")));

TEST_F(LookupTest, AGrantThatIsOverIsNone) {
  const auto nginx = start();
  service_.answers(spoilt(2, "2020-01-01T00:00:00Z"));
  EXPECT_EQ(meet_token(), (Met{401, "SERVICE", "expired"}));
}

TEST_F(LookupTest, AServiceThatFailsIsLeftInPeaceForAWhile) {
  const auto nginx = start({.service_timeout = "100ms"});
  nginx->expect_error("upstream timed out");
  service_.takes(milliseconds{400});
  HttpClient client;
  for (int i = 0; i < 5; ++i) {
    const HttpResponse response = client.get("http://127.0.0.1:" + std::to_string(port_),
                                             {"X-Access-Token: token" + std::to_string(i)});
    EXPECT_EQ(response.status, 503);
    EXPECT_TRUE(response.header("Retry-After"));
  }
  const std::size_t asked = service_.asked();
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(meet_token("token" + std::to_string(i)), kUnavailable);
  }
  EXPECT_LE(service_.asked(), asked + 1) << "one probe at most";
  service_.takes(milliseconds{0});
  service_.grants(true);
  await("the service to be asked again", [&] { return meet_token() == kFromService; });
}

TEST_F(LookupTest, RedisAnswersForAServiceThatIsDown) {
  const auto nginx = start();
  service_.answers(TargetAnswer{.status = 503});
  redis_.set(key_of(kToken), grant_record());
  EXPECT_EQ(meet_token(), kFromRedis);
  EXPECT_EQ(meet_token("never-seen"), kUnavailable);
}

TEST_F(LookupTest, WhenNobodyCanBeAskedWhatWasConfirmedLatelyPasses) {
  const auto nginx = start({.zone = "unconfirmed=2s"});
  nginx->expect_error("Redis at 127.0.0.1");
  redis_.set(key_of(kToken), grant_record());
  EXPECT_EQ(meet_token(), kFromRedis);
  service_.answers(TargetAnswer{.status = 503});
  redis_.stop();
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(meet_token(), kFromL1);
  EXPECT_EQ(meet_token("never-seen"), kUnavailable);
  await("the grant to be in doubt", [&] { return meet_token() == kUnavailable; });
  const auto passed = std::chrono::steady_clock::now() - begin;
  EXPECT_GT(passed, milliseconds{1'200});
  EXPECT_LT(passed, milliseconds{2'500});
  redis_.start();
  redis_.set(key_of(kToken), grant_record());
  await("the grant to pass again", [&] { return meet_token() == kFromRedis; });
}

TEST_F(LookupTest, AfterAReloadTheOldWorkerFinishesItsLookUpsAndEnds) {
  const auto nginx = start();
  service_.grants(true);
  service_.takes(milliseconds{800});
  RawSocket leader = send();
  RawSocket waiter = send();
  await_asked(1);
  nginx->reload();
  EXPECT_FALSE(nginx->retiring_workers().empty());
  EXPECT_EQ(status_of(leader.receive_all()), 200);
  EXPECT_EQ(status_of(waiter.receive_all()), 200);
  await("the old worker to end", [&] { return nginx->retiring_workers().empty(); });
}

TEST_F(LookupTest, WithoutRedisL1AndTheServiceDo) {
  LookupRigOptions options{.zone = "unconfirmed=500ms"};
  const NginxServer nginx{lookup_rig(options, service_, port_)};
  service_.grants(true);
  EXPECT_EQ(meet_token(), kFromService);
  EXPECT_EQ(meet_token(), kFromL1);
  await("the grant to be confirmed anew", [&] { return meet_token() == kFromService; });
  EXPECT_EQ(service_.asked(), 2U);
}

}  // namespace
}  // namespace zenzefi::test
