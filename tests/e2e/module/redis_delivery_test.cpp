// Whether what Redis grants is believed: as long as the service says that all revocations come to
// it.
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "shared/keys.hpp"
#include "tests/e2e/module/lookup_rig.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

const Met kRevokedSaysService{401, "SERVICE", "revoked"};

class RedisDeliveryTest : public testing::Test {
 protected:
  RedisDeliveryTest() {
    redis_.set(key_of(kToken), grant_record());
    service_.answers(StandInService::refusal_answer("revoked"));
  }

  // As the service sets it, so long ago.
  void delivered(milliseconds ago) const {
    redis_.command({"SET", std::string{kDeliveredKey}, "1", "PX",
                    std::to_string((kDeliveredLifetime - ago).count())});
  }
  [[nodiscard]] NginxOptions rig(int workers = 1) const {
    return lookup_rig({.redis = {redis_.url()}, .workers = workers}, service_, port_);
  }
  void await_met(const Met& met) {
    Met last;
    EXPECT_TRUE(
        holds_within(kPatience, [&] { return (last = meet(client_, port_, kToken)) == met; }))
        << "expected " << met << ", met " << last;
  }

  std::uint16_t port_ = free_port();
  RedisServer redis_;
  StandInService service_;
  HttpClient client_;
};

TEST_F(RedisDeliveryTest, WithoutFreshWordTheServiceConfirmsWhatRedisGrants) {
  delivered(2 * kDeliveredAge);
  NginxServer nginx{rig(2)};
  await("the links to stand", [&] { return nginx.logged("connected to Redis"); });
  await_met(kRevokedSaysService);
  EXPECT_TRUE(nginx.logged("revocations no longer come to Redis at 127.0.0.1"));
  service_.grants(true);
  await_met(kFromService);
  await_met(kFromL1);
  delivered(milliseconds{0});
  await("the word to be heard", [&] { return nginx.logged("revocations come to Redis"); });
  redis_.set(key_of("another"), grant_record());
  service_.answers(StandInService::refusal_answer("revoked"));
  await("Redis to be believed again", [&] { return meet(client_, port_, "another") == kFromL1; });
}

TEST_F(RedisDeliveryTest, WhatL1HoldsIsAskedForAgain) {
  delivered(milliseconds{0});
  NginxServer nginx{rig()};
  await_met(kFromL1);
  delivered(2 * kDeliveredAge);
  await_met(kRevokedSaysService);
}

TEST_F(RedisDeliveryTest, WithoutTheServiceRedisIsBelieved) {
  delivered(2 * kDeliveredAge);
  service_.answers({.status = 503, .headers = {}, .body = {}});
  NginxServer nginx{rig(2)};
  await_met(kFromRedis);
  EXPECT_EQ(meet(client_, port_, kToken), kFromRedis) << "L1 took what nobody vouches for";
  redis_.set(key_of(kToken), kTombstone);
  await("the tombstone to count", [&] { return meet(client_, port_, kToken).status == 401; });
  EXPECT_EQ(meet(client_, port_, "never-seen"), kUnavailable);
}

TEST_F(RedisDeliveryTest, AChangeBesideASilentServiceIsNotMissed) {
  delivered(2 * kDeliveredAge);
  service_.answers({.status = 503, .headers = {}, .body = {}});
  service_.takes(milliseconds{500});
  NginxServer nginx{rig()};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  const std::size_t asked = service_.asked();
  auto answer = std::async(std::launch::async, [&] {
    HttpClient client;
    return meet(client, port_, kToken);
  });
  await("the service to be asked", [&] { return service_.asked() > asked; });
  redis_.set(key_of(kToken), kTombstone);
  EXPECT_EQ(answer.get(), (Met{401, "REDIS", "revoked"}));
}

TEST_F(RedisDeliveryTest, WhereNobodyGivesWordRedisIsBelieved) {
  NginxServer nginx{rig()};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  EXPECT_EQ(meet(client_, port_, kToken), kFromRedis);
  EXPECT_EQ(service_.asked(), 0U);
}

TEST_F(RedisDeliveryTest, WhoMayNotAskForTheWordIsTold) {
  redis_.command({"ACL", "SETUSER", "default", "-pttl"});
  NginxServer nginx{rig()};
  await("the link to stand", [&] { return nginx.logged("connected to Redis"); });
  EXPECT_EQ(meet(client_, port_, kToken), kFromRedis);
  EXPECT_TRUE(nginx.logged("NOPERM.*whether revocations come to it"));
}

}  // namespace
}  // namespace zenzefi::test
