#include "l1/coverage.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "samples.hpp"

namespace zenzefi::gateway {
namespace {

using test::at_ms;
using namespace std::chrono_literals;

class CoverageTest : public testing::Test {
 protected:
  static constexpr auto kTolerance = 400ms;

  void advance(std::int64_t since, std::int64_t through) {
    coverage_.advance(at_ms(since), at_ms(through), kTolerance);
  }
  void expect(std::int64_t since, std::int64_t through) const {
    EXPECT_EQ(coverage_.since(), at_ms(since));
    EXPECT_EQ(coverage_.through(), at_ms(through));
  }

  Coverage::Words words_{};
  Coverage coverage_{words_};
};

TEST_F(CoverageTest, WithoutAnyFeedAnEntryIsConfirmedByItsOwnLookUpOnly) {
  const auto standing = coverage_.standing(at_ms(1000));
  EXPECT_TRUE(standing.covered);
  EXPECT_EQ(standing.confirmed_at, at_ms(1000));
}

TEST_F(CoverageTest, TheFirstFeedStartsTheCover) {
  advance(1000, 1200);
  // Within the tolerance of nothing at all: there is nobody who could still report.
  expect(1000, 1200);
}

TEST_F(CoverageTest, AStandingFeedConfirmsWhatWasFoundUnderIt) {
  advance(1000, 1600);
  advance(1000, 1800);
  expect(1000, 1800);
  EXPECT_EQ(coverage_.standing(at_ms(1001)).confirmed_at, at_ms(1800));
  EXPECT_TRUE(coverage_.standing(at_ms(1001)).covered);
}

TEST_F(CoverageTest, WhatWasFoundBeforeOrWhenTheFeedStoodIsNotCovered) {
  advance(1000, 1800);
  for (const std::int64_t began : {1, 999, 1000}) {
    const auto standing = coverage_.standing(at_ms(began));
    EXPECT_FALSE(standing.covered) << began;
    EXPECT_EQ(standing.confirmed_at, at_ms(began));
  }
}

TEST_F(CoverageTest, WhatWasFoundAfterTheLastProofIsConfirmedByItself) {
  advance(1000, 1800);
  EXPECT_EQ(coverage_.standing(at_ms(1900)).confirmed_at, at_ms(1900));
}

TEST_F(CoverageTest, NeverGoesBack) {
  advance(1000, 1800);
  advance(1000, 1600);
  expect(1000, 1800);
}

TEST_F(CoverageTest, AnotherWorkersFeedContinuesTheCover) {
  advance(1000, 1800);
  advance(1799, 2600);
  expect(1000, 2600);
}

TEST_F(CoverageTest, AFeedThatStoodTooLateWaitsForTheOthersWithinTheTolerance) {
  advance(1000, 1800);
  advance(1800, 2200);
  expect(1000, 1800);
  advance(1000, 2000);
  advance(1800, 2200);
  expect(1000, 2200);
}

TEST_F(CoverageTest, AGapStartsANewCover) {
  advance(1000, 1800);
  advance(1800, 2201);
  expect(1800, 2201);
  EXPECT_FALSE(coverage_.standing(at_ms(1500)).covered);
  EXPECT_TRUE(coverage_.standing(at_ms(1801)).covered);
}

TEST_F(CoverageTest, AfterTheGapAFeedFromBeforeItExtendsTheNewCoverOnly) {
  advance(1000, 1800);
  advance(3000, 3600);
  expect(3000, 3600);
  advance(1000, 3700);
  expect(3000, 3700);
}

TEST_F(CoverageTest, RestartUncoversAllThatWasFoundUntilThen) {
  advance(1000, 1800);
  coverage_.restart(at_ms(1850));
  expect(1850, 1800);
  EXPECT_FALSE(coverage_.standing(at_ms(1850)).covered);
  EXPECT_TRUE(coverage_.standing(at_ms(1851)).covered);
  coverage_.restart(at_ms(1840));
  expect(1850, 1800);
  advance(1000, 2000);
  expect(1850, 2000);
}

// Workers with feeds that stand all the time, and a reader: what is covered stays covered, and the
// end never goes back.
TEST_F(CoverageTest, GrowsUnderConcurrentReports) {
  constexpr std::int64_t kEnd = 200000;
  advance(1000, 1500);
  std::vector<std::jthread> threads;
  for (std::int64_t worker = 0; worker < 3; ++worker) {
    threads.emplace_back([this, worker] {
      for (std::int64_t now = 1600 + worker; now < kEnd; now += 3) {
        advance(1100 + worker, now);
      }
    });
  }
  Moment last{};
  while (coverage_.through() < at_ms(kEnd - 3)) {
    const auto standing = coverage_.standing(at_ms(1001));
    ASSERT_TRUE(standing.covered);
    ASSERT_GE(standing.confirmed_at, last);
    last = standing.confirmed_at;
  }
  threads.clear();
  expect(1000, kEnd - 1);
}

}  // namespace
}  // namespace zenzefi::gateway
