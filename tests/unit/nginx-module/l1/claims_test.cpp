#include "l1/claims.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "samples.hpp"

namespace zenzefi::gateway {
namespace {

using test::at_ms;
using test::hash_with;
using namespace std::chrono_literals;

class ClaimsTest : public testing::Test {
 protected:
  std::unique_ptr<Claims::Words> words_ = std::make_unique<Claims::Words>();
  Claims claims_{*words_};
  TokenHash token_ = hash_with(1, 1, 1);
};

TEST_F(ClaimsTest, OneAsksAndTheOthersSeeIt) {
  EXPECT_FALSE(claims_.held(token_, at_ms(1000)));
  const auto claim = claims_.claim(token_, at_ms(1000), 100ms);
  ASSERT_TRUE(claim);
  EXPECT_TRUE(claim->recorded());
  EXPECT_TRUE(claims_.held(token_, at_ms(1099)));
  EXPECT_FALSE(claims_.claim(token_, at_ms(1099), 100ms));
}

TEST_F(ClaimsTest, ReleaseLetsTheNextOneAsk) {
  const auto claim = claims_.claim(token_, at_ms(1000), 100ms);
  claims_.release(claim.value());
  EXPECT_FALSE(claims_.held(token_, at_ms(1001)));
  EXPECT_TRUE(claims_.claim(token_, at_ms(1001), 100ms));
}

TEST_F(ClaimsTest, EndsAtItsDeadlineWhenItsHolderDied) {
  ASSERT_TRUE(claims_.claim(token_, at_ms(1000), 100ms));
  EXPECT_FALSE(claims_.held(token_, at_ms(1100)));
  EXPECT_TRUE(claims_.claim(token_, at_ms(1100), 100ms));
}

TEST_F(ClaimsTest, WhoStillAsksHoldsItOnByRenewal) {
  auto claim = claims_.claim(token_, at_ms(1000), 100ms);
  EXPECT_TRUE(claims_.renew(claim.value(), at_ms(1090), 100ms));
  EXPECT_TRUE(claims_.held(token_, at_ms(1189)));
  EXPECT_FALSE(claims_.claim(token_, at_ms(1189), 100ms));
  EXPECT_FALSE(claims_.held(token_, at_ms(1190)));
  // Late, but nobody has taken it.
  EXPECT_TRUE(claims_.renew(*claim, at_ms(1300), 100ms));
  claims_.release(*claim);
  EXPECT_FALSE(claims_.held(token_, at_ms(1301)));
}

TEST_F(ClaimsTest, WhatIsAnothersOrWasNeverRecordedIsNotRenewed) {
  auto late = claims_.claim(token_, at_ms(1000), 100ms);
  const auto successor = claims_.claim(token_, at_ms(1200), 100ms);
  EXPECT_FALSE(claims_.renew(late.value(), at_ms(1250), 1000ms));
  EXPECT_FALSE(claims_.held(token_, at_ms(1300)));
  claims_.release(successor.value());
  EXPECT_FALSE(claims_.renew(late.value(), at_ms(1250), 1000ms));

  ASSERT_TRUE(claims_.claim(token_, at_ms(2000), 100ms));
  auto other = claims_.claim(hash_with(1, 2, 2), at_ms(2000), 100ms);
  EXPECT_FALSE(claims_.renew(other.value(), at_ms(2050), 1000ms));
  EXPECT_FALSE(claims_.held(token_, at_ms(2100)));
}

TEST_F(ClaimsTest, ReleaseNeverEndsASuccessorsClaim) {
  const auto late = claims_.claim(token_, at_ms(1000), 100ms);
  ASSERT_TRUE(claims_.claim(token_, at_ms(1200), 100ms));
  claims_.release(late.value());
  EXPECT_TRUE(claims_.held(token_, at_ms(1201)));
}

TEST_F(ClaimsTest, AnotherTokenAtTheSamePlaceAsksWithoutARecord) {
  const TokenHash other = hash_with(1, 2, 2);
  ASSERT_TRUE(claims_.claim(token_, at_ms(1000), 100ms));
  const auto claim = claims_.claim(other, at_ms(1000), 100ms);
  ASSERT_TRUE(claim);
  EXPECT_FALSE(claim->recorded());
  EXPECT_FALSE(claims_.held(other, at_ms(1000)));
  claims_.release(*claim);
  EXPECT_TRUE(claims_.held(token_, at_ms(1000)));
}

TEST_F(ClaimsTest, AnotherTokenElsewhereIsNotInTheWay) {
  const TokenHash other = hash_with(0x80000000, 1, 2);
  ASSERT_TRUE(claims_.claim(token_, at_ms(1000), 100ms));
  EXPECT_FALSE(claims_.held(other, at_ms(1000)));
  EXPECT_TRUE(claims_.claim(other, at_ms(1000), 100ms).value().recorded());
}

TEST_F(ClaimsTest, OfManyAtOnceExactlyOneHolds) {
  constexpr int kEach = 1000;
  std::atomic<int> holders{0};
  std::atomic<int> most{0};
  const auto ask = [&] {
    for (int granted = 0; granted < kEach;) {
      if (const auto claim = claims_.claim(token_, at_ms(1000), 100ms)) {
        const int now = ++holders;
        if (now > most) {
          most = now;
        }
        ++granted;
        --holders;
        claims_.release(*claim);
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back(ask);
    }
  }
  EXPECT_EQ(most, 1);
  EXPECT_FALSE(claims_.held(token_, at_ms(1000)));
}

}  // namespace
}  // namespace zenzefi::gateway
