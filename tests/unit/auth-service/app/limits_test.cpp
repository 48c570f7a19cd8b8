#include "app/limits/memory_rate_limiter.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/limits/request_limits.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using app::MemoryRateLimiter;
using app::RequestLimits;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

class Limits : public testing::Test {
 protected:
  static constexpr app::RateLimit kThreeAMinute{3, minutes{1}};

  bool takes(const std::string& key) { return limiter_.take(key, kThreeAMinute).admitted; }
  RequestLimits limits(app::RequestLimitSettings settings) { return {limiter_, settings}; }

  MemoryRateLimiter::Time now_{};
  MemoryRateLimiter limiter_{4, [this] { return now_; }};
};

TEST_F(Limits, AWindowBeginsWithItsFirstTime) {
  EXPECT_TRUE(takes("a"));
  now_ += seconds{50};
  EXPECT_TRUE(takes("a"));
  EXPECT_TRUE(takes("a"));
  EXPECT_FALSE(takes("a"));
  EXPECT_TRUE(takes("b"));
  now_ += seconds{10} - milliseconds{1};
  EXPECT_FALSE(takes("a"));
  now_ += milliseconds{1};
  EXPECT_TRUE(takes("a"));
}

TEST_F(Limits, WhoWaitsAsLongAsItSaysIsAdmitted) {
  EXPECT_EQ(limiter_.take("a", {1, minutes{1}}).left, seconds{60});
  now_ += milliseconds{1500};
  const auto refused = limiter_.take("a", {1, minutes{1}});
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.left, seconds{59});
  now_ += refused.left;
  EXPECT_TRUE(limiter_.take("a", {1, minutes{1}}).admitted);
}

TEST_F(Limits, WhatIsGivenBackCanBeTakenAgainInItsWindowAlone) {
  const auto first = limiter_.take("a", {1, minutes{1}});
  EXPECT_FALSE(limiter_.take("a", {1, minutes{1}}).admitted);
  limiter_.give_back("a", first.window);
  limiter_.give_back("a", first.window);
  EXPECT_TRUE(limiter_.take("a", {1, minutes{1}}).admitted);
  EXPECT_FALSE(limiter_.take("a", {1, minutes{1}}).admitted) << "given back once";
  now_ += minutes{1};
  EXPECT_TRUE(limiter_.take("a", {1, minutes{1}}).admitted);
  limiter_.give_back("a", first.window);
  limiter_.give_back("unknown", first.window);
  EXPECT_FALSE(limiter_.take("a", {1, minutes{1}}).admitted);
}

TEST_F(Limits, MemoryIsBoundedAndWhoEndsFirstMakesRoom) {
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(limiter_.take("key" + std::to_string(i), {1, minutes{1}}).admitted);
    now_ += seconds{1};
  }
  EXPECT_TRUE(limiter_.take("another", {1, minutes{1}}).admitted);
  EXPECT_EQ(limiter_.size(), 4U);
  EXPECT_FALSE(limiter_.take("key1", {1, minutes{1}}).admitted);
  EXPECT_TRUE(limiter_.take("key0", {1, minutes{1}}).admitted) << "forgotten";
  EXPECT_EQ(limiter_.size(), 4U);
}

TEST_F(Limits, ManyThreadsTakeNoMoreThanThereIs) {
  MemoryRateLimiter limiter{100};
  const auto admitted = concurrently(16, [&](std::size_t) {
    return limiter.take("a", {5, std::chrono::hours{1}}).admitted;
  });
  EXPECT_EQ(std::count(admitted.begin(), admitted.end(), true), 5);
}

TEST_F(Limits, AddressesOfOneNetworkCountTogether) {
  RequestLimits one_each = limits({.auth = 1, .api = 1});
  EXPECT_TRUE(one_each.sign_in("2001:db8:0:1::1").has_value());
  EXPECT_FALSE(one_each.sign_in("2001:db8:0:1:ffff::2").has_value());
  EXPECT_TRUE(one_each.sign_in("2001:db8:0:2::1").has_value());
  EXPECT_TRUE(one_each.sign_in("192.0.2.1").has_value());
  EXPECT_FALSE(one_each.sign_in("::ffff:192.0.2.1").has_value());
}

TEST_F(Limits, KeysAreThoseOfTheContract) {
  RequestLimits settings = limits({});
  const Uuid user = Uuid::parse("01234567-89ab-4def-8123-456789abcdef").value();
  EXPECT_EQ(settings.sign_in("192.0.2.1")->key, "rate_limit:auth:192.0.2.1");
  EXPECT_EQ(settings.sign_in("2001:DB8:0:1::1")->key, "rate_limit:auth:2001:db8:0:1::");
  EXPECT_EQ(settings.sign_in("")->key, "rate_limit:auth:unknown");
  EXPECT_EQ(settings.one_time_code(user)->key, "rate_limit:otp:" + user.to_string());
  EXPECT_EQ(settings.access_token("192.0.2.1")->key, "rate_limit:token:192.0.2.1");
  EXPECT_EQ(settings.request(user)->key, "rate_limit:api:" + user.to_string());
}

TEST_F(Limits, DefaultsAreThoseOfTheContract) {
  RequestLimits settings = limits({});
  const Uuid user;
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(settings.sign_in("192.0.2.1").has_value());
  }
  EXPECT_EQ(settings.sign_in("192.0.2.1").error(), seconds{3600});
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(settings.one_time_code(user).has_value());
  }
  EXPECT_EQ(settings.one_time_code(user).error(), seconds{3600});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(settings.request(user).has_value());
  }
  EXPECT_EQ(settings.request(user).error(), seconds{60});
}

TEST_F(Limits, NoneIsNone) {
  RequestLimits off = limits({.auth = 0, .api = 0});
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(off.sign_in("192.0.2.1").has_value());
    ASSERT_TRUE(off.one_time_code(Uuid{}).has_value());
    ASSERT_TRUE(off.request(Uuid{}).has_value());
  }
  off.give_back(*off.sign_in("192.0.2.1"));
  EXPECT_EQ(limiter_.size(), 0U);
}

}  // namespace
}  // namespace zenzefi::test
