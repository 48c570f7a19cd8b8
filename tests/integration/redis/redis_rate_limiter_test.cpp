#include "infra/redis/redis_rate_limiter.hpp"

#include <algorithm>

#include "redis_fixture.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::infra {
namespace {

using app::RateLimit;
using std::chrono::hours;
using std::chrono::seconds;
using test::concurrently;
using test::RedisServer;

class RateLimiterTest : public RedisTest {
 protected:
  static constexpr RateLimit kThreeAnHour{3, hours{1}};

  static auto count_of(const std::vector<bool>& admitted) {
    return std::count(admitted.begin(), admitted.end(), true);
  }
};

TEST_F(RateLimiterTest, ManyThreadsOfTwoInstancesTakeNoMoreThanThereIs) {
  const RedisServer redis;
  RedisRateLimiter one{options_for(redis)};
  RedisRateLimiter other{options_for(redis)};
  const auto admitted = concurrently(40, [&](std::size_t i) {
    return (i % 2 == 0 ? one : other).take("rate_limit:auth:192.0.2.1", {25, hours{1}}).admitted;
  });
  EXPECT_EQ(count_of(admitted), 25);
  EXPECT_EQ(redis.get("rate_limit:auth:192.0.2.1"), "25") << "refused ones do not count";
  EXPECT_TRUE(one.take("rate_limit:auth:192.0.2.2", {25, hours{1}}).admitted);
}

TEST_F(RateLimiterTest, AWindowEndsAndSaysWhen) {
  const RedisServer redis;
  RedisRateLimiter limiter{options_for(redis)};
  const auto first = limiter.take("a", {1, seconds{2}});
  EXPECT_TRUE(first.admitted);
  EXPECT_EQ(first.left, seconds{2});
  const auto refused = limiter.take("a", {1, seconds{2}});
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.window, first.window);
  EXPECT_GE(refused.left, seconds{1});
  EXPECT_LE(refused.left, seconds{2});
  test::await("the window to end", [&] {
    return limiter.take("a", {1, seconds{2}}).window != first.window;
  });
}

TEST_F(RateLimiterTest, WhatIsGivenBackCanBeTakenAgain) {
  const RedisServer redis;
  RedisRateLimiter limiter{options_for(redis)};
  const auto first = limiter.take("a", kThreeAnHour);
  limiter.give_back("a", first.window);
  EXPECT_EQ(redis.get("a"), "0");
  limiter.give_back("a", first.window);
  EXPECT_EQ(redis.get("a"), "0") << "not below nothing";
  EXPECT_TRUE(limiter.take("a", kThreeAnHour).admitted);
  limiter.give_back("a", first.window + 1);
  EXPECT_EQ(redis.get("a"), "1") << "another window's";
  limiter.give_back("never taken", first.window);
  EXPECT_FALSE(redis.get("never taken").has_value());
}

TEST_F(RateLimiterTest, ACounterWithoutAnEndBeginsAnew) {
  const RedisServer redis;
  redis.set("a", "1000");
  RedisRateLimiter limiter{options_for(redis)};
  EXPECT_TRUE(limiter.take("a", kThreeAnHour).admitted);
  EXPECT_EQ(redis.get("a"), "1");
  EXPECT_GT(redis.command({"TTL", "a"}).integer, 0);
}

TEST_F(RateLimiterTest, WhileRedisIsAwayItsOwnMemoryCounts) {
  RedisServer redis;
  RedisRateLimiter limiter{options_for(redis)};
  const auto before = limiter.take("a", kThreeAnHour);
  redis.kill();
  const auto admitted =
      concurrently(8, [&](std::size_t) { return limiter.take("a", kThreeAnHour).admitted; });
  EXPECT_EQ(count_of(admitted), 3);
  limiter.give_back("a", before.window);  // of Redis's window: nothing to do with this one
  EXPECT_FALSE(limiter.take("a", kThreeAnHour).admitted);
  redis.start();
  test::await("Redis to count again", [&] {
    static_cast<void>(limiter.take("b", kThreeAnHour));
    return redis.get("b").has_value();
  });
}

// One that takes no writes answers what needs none.
TEST_F(RateLimiterTest, WhatRedisRefusesIsToldOnce) {
  struct Trouble {
    const char* reason;
    std::vector<std::string> begin;
    std::vector<std::string> end;
  };
  const std::vector<Trouble> troubles{
      {"OOM", {"CONFIG", "SET", "maxmemory", "1"}, {"CONFIG", "SET", "maxmemory", "0"}},
      {"READONLY", {"REPLICAOF", "127.0.0.1", "1"}, {"REPLICAOF", "NO", "ONE"}},
      {"NOPERM", {"ACL", "SETUSER", "default", "-eval"}, {"ACL", "SETUSER", "default", "+eval"}},
  };
  for (const Trouble& trouble : troubles) {
    SCOPED_TRACE(trouble.reason);
    const RedisServer redis;
    Reports reports;
    RedisRateLimiter limiter{options_for(redis), [&](bool in_redis, const std::string& reason) {
                               reports.add(in_redis, reason);
                             }};
    EXPECT_TRUE(limiter.take("spent", {1, hours{1}}).admitted);
    redis.command(trouble.begin);
    concurrently(8, [&](std::size_t) { return limiter.take("a", kThreeAnHour).admitted; });
    EXPECT_FALSE(limiter.take("spent", {0, hours{1}}).admitted);
    ASSERT_EQ(reports.all().size(), 1);
    EXPECT_NE(reports.all()[0].find(trouble.reason), std::string::npos) << reports.all()[0];
    redis.command(trouble.end);
    EXPECT_FALSE(limiter.take("spent", {1, hours{1}}).admitted);
    EXPECT_EQ(reports.all().size(), 1) << "nothing was written yet";
    EXPECT_TRUE(limiter.take("a", kThreeAnHour).admitted);
    EXPECT_TRUE(limiter.take("a", kThreeAnHour).admitted);
    ASSERT_EQ(reports.all().size(), 2);
    EXPECT_EQ(reports.all()[1], "up");
  }
}

TEST_F(RateLimiterTest, RedisThatHangsHoldsUpAFewAndThenNobody) {
  RedisServer redis;
  RedisRateLimiter limiter{options_for(redis)};
  EXPECT_TRUE(limiter.take("a", kThreeAnHour).admitted);
  redis.pause();
  const auto spent = time_of([&] {
    for (int i = 0; i < 200; ++i) {
      static_cast<void>(limiter.take("a", kThreeAnHour));
    }
  });
  redis.resume();
  // One time-out each would be fifty seconds.
  EXPECT_LT(spent, seconds{20});
}

}  // namespace
}  // namespace zenzefi::infra
