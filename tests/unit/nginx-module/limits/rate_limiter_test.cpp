#include "limits/rate_limiter.hpp"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <deque>

#include "tables.hpp"

namespace zenzefi::gateway {
namespace {

using test::id_of;
using test::SharedTable;
using namespace std::chrono_literals;

constexpr RateLimit limit_of(std::chrono::microseconds interval, int burst = 0) {
  return {interval, burst * interval};
}

constexpr Moment at_ms(std::int64_t milliseconds) {
  return Moment{std::chrono::milliseconds{milliseconds}};
}

class RateLimiterTest : public testing::Test {
 protected:
  bool allow(std::uint64_t id, const RateLimit& limit) {
    return limiter_->allow(id_of(id), limit, now_).allowed;
  }
  int allowed_of(int requests, std::uint64_t id, const RateLimit& limit) {
    int allowed = 0;
    for (int i = 0; i < requests; ++i) {
      allowed += allow(id, limit) ? 1 : 0;
    }
    return allowed;
  }

  SharedTable<RateLimiter> limiter_{4};
  Moment now_ = at_ms(5'000'000);
};

TEST_F(RateLimiterTest, WithoutBurstOnePassesInEachInterval) {
  const RateLimit limit = limit_of(600ms);
  EXPECT_TRUE(allow(1, limit));
  EXPECT_FALSE(allow(1, limit));
  now_ += 599ms;
  EXPECT_FALSE(allow(1, limit));
  now_ += 1ms;
  EXPECT_TRUE(allow(1, limit));
}

TEST_F(RateLimiterTest, ABurstPassesAtOnceAndComesBackOneByOne) {
  const RateLimit limit = limit_of(100ms, 9);
  EXPECT_EQ(allowed_of(20, 1, limit), 10);
  now_ += 250ms;
  EXPECT_EQ(allowed_of(20, 1, limit), 2);
  now_ += 1h;
  EXPECT_EQ(allowed_of(20, 1, limit), 10);
}

TEST_F(RateLimiterTest, SaysWhenTheNextMayPass) {
  const RateLimit limit = limit_of(600ms, 1);
  EXPECT_EQ(allowed_of(2, 1, limit), 2);
  const auto refused = limiter_->allow(id_of(1), limit, now_);
  EXPECT_EQ(refused.retry_after, 600ms);
  now_ += 400ms;
  EXPECT_EQ(limiter_->allow(id_of(1), limit, now_).retry_after, 200ms);
  now_ += 200ms;
  EXPECT_TRUE(allow(1, limit));
}

TEST_F(RateLimiterTest, ARefusalCostsNothing) {
  const RateLimit limit = limit_of(1s);
  EXPECT_EQ(allowed_of(1000, 1, limit), 1);
  now_ += 1s;
  EXPECT_TRUE(allow(1, limit));
}

TEST_F(RateLimiterTest, EverybodyHasABucketOfTheirOwn) {
  const RateLimit limit = limit_of(1s);
  for (std::uint64_t id = 1; id <= 10; ++id) {
    EXPECT_TRUE(allow(id, limit)) << id;
  }
  for (std::uint64_t id = 1; id <= 10; ++id) {
    EXPECT_FALSE(allow(id, limit)) << id;
  }
}

// Of so many, some have the same tag.
TEST_F(RateLimiterTest, NobodyIsTakenForAnother) {
  SharedTable<RateLimiter> small{1};
  ASSERT_TRUE(small->allow(id_of(1), limit_of(24h), now_).allowed);
  for (std::uint64_t id = 2; id < 500'000; ++id) {
    ASSERT_TRUE(small->allow(id_of(id), limit_of(1ms), now_).allowed) << id;
    now_ += 1ms;
  }
  EXPECT_FALSE(small->allow(id_of(1), limit_of(24h), now_).allowed);
}

TEST_F(RateLimiterTest, LimitsShareABucketOnlyWhenTheirRateIsTheSame) {
  EXPECT_TRUE(allow(1, limit_of(1s)));
  EXPECT_TRUE(allow(1, limit_of(2s)));
  EXPECT_FALSE(allow(1, limit_of(1s)));
  EXPECT_TRUE(allow(1, limit_of(1s, 1)));
  EXPECT_FALSE(allow(1, limit_of(1s, 1)));
}

TEST_F(RateLimiterTest, AnEarlierTimeOfAnotherWorkerLetsNoMoreThrough) {
  const RateLimit limit = limit_of(100ms);
  EXPECT_TRUE(allow(1, limit));
  now_ -= 50ms;
  EXPECT_FALSE(allow(1, limit));
}

TEST_F(RateLimiterTest, WhatPassedElsewhereCounts) {
  const RateLimit limit = limit_of(100ms, 9);
  limiter_->charge(id_of(1), limit, 8, now_);
  EXPECT_EQ(allowed_of(20, 1, limit), 2);
  limiter_->charge(id_of(1), limit, 10, now_);
  now_ += 1s;
  EXPECT_FALSE(allow(1, limit));
  now_ += 100ms;
  EXPECT_TRUE(allow(1, limit));
}

TEST_F(RateLimiterTest, NoDebtIsLongerThanItMayBe) {
  for (const RateLimit& limit : {limit_of(1s), limit_of(2s, 100)}) {
    limiter_->charge(id_of(1), limit, 1'000'000, now_);
    EXPECT_EQ(limiter_->allow(id_of(1), limit, now_).retry_after, RateLimiter::kLongestDebt);
    now_ += RateLimiter::kLongestDebt;
    EXPECT_TRUE(allow(1, limit));
  }
}

// Two machines: what one reports comes back to it with what the other has reported.
class TogetherTest : public RateLimiterTest {
 protected:
  // This machine passes so many and adds them to the counter, which stands at `total` then.
  void pass_and_report(int requests, std::uint32_t total) {
    ASSERT_EQ(allowed_of(requests, 1, limit_), requests);
    limiter_->reported(id_of(1), limit_, static_cast<std::uint32_t>(requests));
    hear(total);
  }
  void hear(std::uint32_t total) { limiter_->heard(id_of(1), limit_, total, end_, now_); }

  RateLimit limit_ = limit_of(1s, 19);
  Moment end_ = now_ + 60s;
};

TEST_F(TogetherTest, AMachineAloneIsChargedNothing) {
  pass_and_report(5, 5);
  pass_and_report(5, 10);
  EXPECT_EQ(allowed_of(20, 1, limit_), 10);
}

TEST_F(TogetherTest, WhatOthersPassedIsCharged) {
  pass_and_report(1, 1);
  pass_and_report(1, 9);
  EXPECT_EQ(allowed_of(20, 1, limit_), 11);
  hear(9);
  hear(12);
  now_ += 5s;
  EXPECT_EQ(allowed_of(20, 1, limit_), 2);
}

TEST_F(TogetherTest, WhatWasThereBeforeIsNot) {
  pass_and_report(1, 50);
  EXPECT_EQ(allowed_of(20, 1, limit_), 19);
}

TEST_F(TogetherTest, ReportsOfTwoWorkersAreTheSameMachines) {
  pass_and_report(1, 1);
  ASSERT_EQ(allowed_of(4, 1, limit_), 4);
  limiter_->reported(id_of(1), limit_, 1);
  limiter_->reported(id_of(1), limit_, 3);
  hear(5);
  hear(2);
  EXPECT_EQ(allowed_of(20, 1, limit_), 15);
}

TEST_F(TogetherTest, ANewWindowBeginsAnew) {
  pass_and_report(1, 1);
  pass_and_report(1, 5);
  end_ += 60s;
  pass_and_report(1, 3);
  EXPECT_EQ(allowed_of(20, 1, limit_), 14);
  hear(4);
  now_ += 1s;
  EXPECT_FALSE(allow(1, limit_));
}

TEST_F(TogetherTest, NobodyElseIsConcerned) {
  pass_and_report(1, 1);
  pass_and_report(1, 19);
  limiter_->heard(id_of(2), limit_, 19, end_, now_);
  limiter_->reported(id_of(2), limit_, 19);
  EXPECT_EQ(allowed_of(30, 2, limit_), 20);
  EXPECT_EQ(allowed_of(30, 1, limit_of(2s, 19)), 20);
}

TEST_F(RateLimiterTest, EmptyBucketsMakeRoomFirst) {
  SharedTable<RateLimiter> small{1};
  const RateLimit slow = limit_of(1h);
  const RateLimit fast = limit_of(1s);
  ASSERT_TRUE(small->allow(id_of(1), slow, now_).allowed);
  for (std::uint64_t id = 100; id < 1000; ++id) {
    EXPECT_TRUE(small->allow(id_of(id), fast, now_).allowed);
    EXPECT_FALSE(small->allow(id_of(id), fast, now_).allowed);
    now_ += 1s;
  }
  EXPECT_FALSE(small->allow(id_of(1), slow, now_).allowed);
  EXPECT_EQ(small->forgotten(), 0U);
}

TEST_F(RateLimiterTest, AFullSetForgetsTheBucketThatWouldBeEmptyFirst) {
  SharedTable<RateLimiter> small{1};
  for (std::uint64_t id = 1; id <= RateLimiter::kWays; ++id) {
    ASSERT_TRUE(small->allow(id_of(id), limit_of(std::chrono::seconds{id}), now_).allowed);
  }
  EXPECT_TRUE(small->allow(id_of(99), limit_of(1min), now_).allowed);
  EXPECT_EQ(small->forgotten(), 1U);
  EXPECT_FALSE(small->allow(id_of(99), limit_of(1min), now_).allowed);
  for (std::uint64_t id = 2; id <= RateLimiter::kWays; ++id) {
    EXPECT_FALSE(small->allow(id_of(id), limit_of(std::chrono::seconds{id}), now_).allowed) << id;
  }
  EXPECT_TRUE(small->allow(id_of(1), limit_of(1s), now_).allowed);
}

// As a process leaves it that was killed while it filled in the owner.
TEST_F(RateLimiterTest, ABucketThatNobodyFinishedIsUsedAgain) {
  SharedTable<RateLimiter> small{1};
  for (std::size_t way = 0; way < RateLimiter::kWays; ++way) {
    small.word(way) = std::uint64_t{0xFFFF} << 48 | 5'000'000'000;
  }
  EXPECT_TRUE(small->allow(id_of(1), limit_of(1h), now_).allowed);
  EXPECT_TRUE(small->allow(id_of(1), limit_of(1h), now_).allowed) << "there is no room yet";
  now_ += 11s;
  for (std::uint64_t id = 1; id <= RateLimiter::kWays; ++id) {
    EXPECT_TRUE(small->allow(id_of(id), limit_of(1h), now_).allowed);
    EXPECT_FALSE(small->allow(id_of(id), limit_of(1h), now_).allowed);
  }
}

// The definition, kept as a list of what has passed: in no window of any length more than
// 1 + burst + length / interval.
RC_GTEST_PROP(RateLimiterProperty, NoWindowLetsMoreThroughThanRateAndBurst, ()) {
  const int burst = *rc::gen::inRange(0, 20);
  const auto interval = std::chrono::milliseconds{*rc::gen::inRange(1, 500)};
  const RateLimit limit = limit_of(interval, burst);
  SharedTable<RateLimiter> limiter{1};
  Moment now = at_ms(1'000'000);
  std::deque<Moment> passed;
  for (int i = 0; i < 300; ++i) {
    now += std::chrono::milliseconds{*rc::gen::inRange(0, 300)};
    if (limiter->allow(id_of(1), limit, now).allowed) {
      passed.push_back(now);
    }
  }
  for (std::size_t first = 0; first < passed.size(); ++first) {
    for (std::size_t last = first; last < passed.size(); ++last) {
      const auto most = 1 + burst + (passed[last] - passed[first]) / interval;
      RC_ASSERT(static_cast<std::int64_t>(last - first + 1) <= most);
    }
  }
}

// It refuses nobody who keeps to the rate.
RC_GTEST_PROP(RateLimiterProperty, WhoKeepsToTheRateAlwaysPasses, ()) {
  const auto interval = std::chrono::milliseconds{*rc::gen::inRange(1, 500)};
  const RateLimit limit = limit_of(interval, *rc::gen::inRange(0, 20));
  SharedTable<RateLimiter> limiter{1};
  Moment now = at_ms(1'000'000);
  for (int i = 0; i < 100; ++i) {
    RC_ASSERT(limiter->allow(id_of(1), limit, now).allowed);
    now += interval + std::chrono::milliseconds{*rc::gen::inRange(0, 50)};
  }
}

}  // namespace
}  // namespace zenzefi::gateway
