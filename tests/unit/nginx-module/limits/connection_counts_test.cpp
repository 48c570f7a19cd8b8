#include "limits/connection_counts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/wait.h>

#include <csignal>
#include <vector>

#include "tables.hpp"

namespace zenzefi::gateway {
namespace {

using test::id_of;
using test::SharedTable;
using Result = ConnectionCounts::Result;
using Lease = ConnectionCounts::Lease;

class ConnectionCountsTest : public testing::Test {
 protected:
  Result take(std::uint64_t token, std::uint32_t limit) {
    const auto outcome = counts_->take(id_of(token), limit, place_);
    if (outcome.result == Result::kTaken) {
      leases_.push_back(outcome.lease);
    }
    return outcome.result;
  }
  void give_back() {
    counts_->give_back(leases_.back(), place_);
    leases_.pop_back();
  }

  SharedTable<ConnectionCounts> counts_{1};
  ProcessIdentity self_ = ProcessIdentity::of(getpid());
  std::size_t place_ = counts_->join(self_).value();
  std::vector<Lease> leases_;
};

TEST_F(ConnectionCountsTest, LetsExactlySoManyThrough) {
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kRefused);
  EXPECT_EQ(counts_->under_way(id_of(1)), 2U);
  give_back();
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kRefused);
}

TEST_F(ConnectionCountsTest, ReturnsToNothing) {
  for (int round = 0; round < 100'000; ++round) {
    ASSERT_EQ(take(1, 1), Result::kTaken) << round;
    give_back();
  }
  EXPECT_EQ(counts_->under_way(id_of(1)), 0U);
}

TEST_F(ConnectionCountsTest, TokensDoNotCountForEachOther) {
  EXPECT_EQ(take(1, 1), Result::kTaken);
  EXPECT_EQ(take(2, 1), Result::kTaken);
  EXPECT_EQ(take(1, 1), Result::kRefused);
  EXPECT_EQ(take(2, 1), Result::kRefused);
}

TEST_F(ConnectionCountsTest, TheSharesOfAllProcessesCountTogether) {
  const auto other = counts_->join(self_);
  ASSERT_TRUE(other);
  const auto theirs = counts_->take(id_of(1), 2, *other);
  EXPECT_EQ(theirs.result, Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kRefused);
  counts_->give_back(theirs.lease, *other);
  EXPECT_EQ(take(1, 2), Result::kTaken);
}

TEST_F(ConnectionCountsTest, NeverGoesBelowNothing) {
  ASSERT_EQ(take(1, 1), Result::kTaken);
  const Lease lease = leases_.back();
  give_back();
  counts_->give_back(lease, place_);
  EXPECT_EQ(counts_->under_way(id_of(1)), 0U);
  EXPECT_EQ(take(1, 1), Result::kTaken);
  EXPECT_EQ(take(1, 1), Result::kRefused);
}

TEST_F(ConnectionCountsTest, TokensWithNothingUnderWayMakeRoom) {
  for (std::uint64_t token = 1; token < 1000; ++token) {
    ASSERT_EQ(take(token, 1), Result::kTaken);
    EXPECT_EQ(take(token, 1), Result::kRefused);
    give_back();
  }
}

TEST_F(ConnectionCountsTest, WithoutRoomATokenIsNotCounted) {
  for (std::uint64_t token = 1; token <= ConnectionCounts::kWays; ++token) {
    ASSERT_EQ(take(token, 1), Result::kTaken);
  }
  EXPECT_EQ(take(99, 1), Result::kNoRoom);
  EXPECT_EQ(counts_->not_counted(), 1U);
  give_back();
  EXPECT_EQ(take(99, 1), Result::kTaken);
}

TEST_F(ConnectionCountsTest, WhoLeavesGivesBackWhatItHad) {
  ASSERT_EQ(take(1, 3), Result::kTaken);
  ASSERT_EQ(take(1, 3), Result::kTaken);
  const auto other = counts_->join(self_);
  counts_->leave(place_, self_);
  EXPECT_EQ(counts_->under_way(id_of(1)), 0U);
  EXPECT_NE(other, place_);
}

TEST_F(ConnectionCountsTest, WhatAKilledProcessHadIsTakenBackAndItsPlaceIsFree) {
  const pid_t child = fork();
  if (child == 0) {
    const auto place = counts_->join(ProcessIdentity::of(getpid())).value();
    for (int i = 0; i < 3; ++i) {
      static_cast<void>(counts_->take(id_of(1), 5, place));
    }
    pause();
    _exit(0);
  }
  ASSERT_GT(child, 0);
  while (counts_->under_way(id_of(1)) < 3) {
    sched_yield();
  }
  EXPECT_EQ(take(1, 4), Result::kTaken);
  EXPECT_EQ(take(1, 4), Result::kRefused);
  counts_->sweep();
  EXPECT_EQ(take(1, 4), Result::kRefused) << "it lives";
  EXPECT_EQ(kill(child, SIGKILL), 0);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  counts_->sweep();
  EXPECT_EQ(counts_->under_way(id_of(1)), 1U);
  counts_->sweep();
  EXPECT_EQ(counts_->under_way(id_of(1)), 1U);
  EXPECT_EQ(counts_->join(self_), 1U);
}

}  // namespace
}  // namespace zenzefi::gateway
