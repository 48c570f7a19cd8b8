#include "limits/connection_counts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/wait.h>

#include <csignal>
#include <vector>

#include "tables.hpp"

namespace zenzefi::gateway {
namespace {

using test::SharedTable;
using test::token_of;
using Result = ConnectionCounts::Result;
using Lease = ConnectionCounts::Lease;

class ConnectionCountsTest : public testing::Test {
 protected:
  Result take(std::uint64_t token, std::uint32_t limit) {
    const auto outcome = counts_->take(token_of(token), limit, place_);
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
  EXPECT_EQ(counts_->under_way(token_of(1)), 2U);
  give_back();
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kRefused);
}

TEST_F(ConnectionCountsTest, ReturnsToNothing) {
  for (int round = 0; round < 100'000; ++round) {
    ASSERT_EQ(take(1, 1), Result::kTaken) << round;
    give_back();
  }
  EXPECT_EQ(counts_->under_way(token_of(1)), 0U);
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
  const auto theirs = counts_->take(token_of(1), 2, *other);
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
  EXPECT_EQ(counts_->under_way(token_of(1)), 0U);
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
  EXPECT_EQ(counts_->under_way(token_of(1)), 0U);
  EXPECT_NE(other, place_);
}

TEST_F(ConnectionCountsTest, WhatAKilledProcessHadIsTakenBackAndItsPlaceIsFree) {
  const pid_t child = fork();
  if (child == 0) {
    const auto place = counts_->join(ProcessIdentity::of(getpid())).value();
    for (int i = 0; i < 3; ++i) {
      static_cast<void>(counts_->take(token_of(1), 5, place));
    }
    pause();
    _exit(0);
  }
  ASSERT_GT(child, 0);
  while (counts_->under_way(token_of(1)) < 3) {
    sched_yield();
  }
  EXPECT_EQ(take(1, 4), Result::kTaken);
  EXPECT_EQ(take(1, 4), Result::kRefused);
  counts_->sweep();
  EXPECT_EQ(take(1, 4), Result::kRefused) << "it lives";
  EXPECT_EQ(kill(child, SIGKILL), 0);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  counts_->sweep();
  EXPECT_EQ(counts_->under_way(token_of(1)), 1U);
  counts_->sweep();
  EXPECT_EQ(counts_->under_way(token_of(1)), 1U);
  EXPECT_EQ(counts_->join(self_), 1U);
}

// As a process leaves them that was killed between two steps; see connection_counts.hpp.
class InterruptedTest : public ConnectionCountsTest {
 protected:
  enum Phase : std::uint64_t { kTaking = 1, kReplacing = 2 };

  // A process that has ended, and still has its place.
  std::size_t join_and_die() {
    const pid_t child = fork();
    if (child == 0) {
      _exit(static_cast<int>(counts_->join(ProcessIdentity::of(getpid())).value()));
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return static_cast<std::size_t>(WEXITSTATUS(status));
  }
  void leave_version(std::size_t way, std::uint64_t number, std::size_t place, Phase phase) {
    const std::uint64_t before = counts_.word(way);
    const std::uint64_t sequence = before >> 32;
    const std::uint64_t tag = before >> 9 & 0x7F;
    counts_.word(way) = (sequence + 1) << 32 | number << 16 | tag << 9 | place << 2 | phase;
  }
};

TEST_F(InterruptedTest, AnAnnouncedTakingCountsForWhoeverComesNext) {
  ASSERT_EQ(take(1, 2), Result::kTaken);
  const std::size_t dead = join_and_die();
  leave_version(0, 1, dead, kTaking);
  EXPECT_EQ(take(1, 2), Result::kRefused);
  EXPECT_EQ(counts_->under_way(token_of(1)), 2U);
  counts_->sweep();
  EXPECT_EQ(counts_->under_way(token_of(1)), 1U);
  EXPECT_EQ(take(1, 2), Result::kTaken);
}

TEST_F(InterruptedTest, AnAnnouncedTakingOfTheDeadIsNotCarriedOutLater) {
  ASSERT_EQ(take(1, 2), Result::kTaken);
  leave_version(0, 1, join_and_die(), kTaking);
  counts_->sweep();
  EXPECT_EQ(take(1, 2), Result::kTaken);
  EXPECT_EQ(take(1, 2), Result::kRefused);
  EXPECT_EQ(counts_->under_way(token_of(1)), 2U);
}

TEST_F(InterruptedTest, ATakingIsNotCarriedOutTwice) {
  const std::size_t other = counts_->join(self_).value();
  ASSERT_EQ(counts_->take(token_of(1), 3, other).result, Result::kTaken);
  leave_version(0, 1, other, kTaking);
  EXPECT_EQ(take(1, 3), Result::kTaken);
  EXPECT_EQ(counts_->under_way(token_of(1)), 2U);
}

TEST_F(InterruptedTest, AnEntryThatNobodyFinishedIsUsedAgain) {
  const std::size_t dead = join_and_die();
  for (std::size_t way = 0; way < ConnectionCounts::kWays; ++way) {
    leave_version(way, 0, dead, kReplacing);
  }
  EXPECT_EQ(take(1, 1), Result::kNoRoom);
  counts_->sweep();
  for (std::uint64_t token = 1; token <= ConnectionCounts::kWays; ++token) {
    EXPECT_EQ(take(token, 1), Result::kTaken);
  }
}

}  // namespace
}  // namespace zenzefi::gateway
