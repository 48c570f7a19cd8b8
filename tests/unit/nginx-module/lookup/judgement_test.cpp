#include "lookup/judgement.hpp"

#include <gtest/gtest.h>

namespace zenzefi::gateway {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kUnconfirmed{5'000};
constexpr Moment kNow{milliseconds{100'000}};

Finding found(Finding::Kind kind, milliseconds confirmed_ago, bool covered) {
  Finding finding;
  finding.kind = kind;
  finding.grant.duration_hours = 24;
  finding.standing = {kNow - confirmed_ago, covered};
  return finding;
}

Finding refused(RefusalReason reason) {
  Finding finding;
  finding.kind = Finding::Kind::kRefused;
  finding.reason = reason;
  return finding;
}

TEST(Judgement, AMissDecidesNothing) {
  EXPECT_FALSE(judge(Finding{}, kNow, kUnconfirmed));
  EXPECT_EQ(judge_in_outage(Finding{}, kNow, kUnconfirmed).verdict, Verdict::kUnavailable);
}

TEST(Judgement, ACoveredFreshGrantPasses) {
  const Finding fresh = found(Finding::Kind::kGranted, milliseconds{4'999}, true);
  EXPECT_EQ(judge(fresh, kNow, kUnconfirmed), Verdict::kGranted);
  const Decision decision = decision_of(fresh, Verdict::kGranted);
  EXPECT_TRUE(decision.granted());
  EXPECT_EQ(decision.origin, Origin::kL1);
  EXPECT_EQ(decision.grant.duration_hours, 24U);
}

TEST(Judgement, AGrantConfirmedTooLongAgoMustBeAskedAbout) {
  const Finding old = found(Finding::Kind::kGranted, kUnconfirmed, true);
  EXPECT_FALSE(judge(old, kNow, kUnconfirmed));
  const Decision decision = judge_in_outage(old, kNow, kUnconfirmed);
  EXPECT_EQ(decision.verdict, Verdict::kUnavailable);
  EXPECT_EQ(decision.origin, Origin::kNobody);
}

TEST(Judgement, AGrantFromBeforeAGapPassesOnlyWhileNobodyCanBeAsked) {
  const Finding uncovered = found(Finding::Kind::kGranted, milliseconds{10}, false);
  EXPECT_FALSE(judge(uncovered, kNow, kUnconfirmed));
  const Decision decision = judge_in_outage(uncovered, kNow, kUnconfirmed);
  EXPECT_TRUE(decision.granted());
  EXPECT_EQ(decision.origin, Origin::kL1);
}

TEST(Judgement, WhatIsOverIsKnownToBeOnlyWhileItIsCovered) {
  EXPECT_EQ(judge(found(Finding::Kind::kExpired, milliseconds{10}, true), kNow, kUnconfirmed),
            Verdict::kExpired);
  const Finding uncovered = found(Finding::Kind::kExpired, milliseconds{10}, false);
  EXPECT_FALSE(judge(uncovered, kNow, kUnconfirmed));
  EXPECT_EQ(judge_in_outage(uncovered, kNow, kUnconfirmed).verdict, Verdict::kUnavailable);
}

TEST(Judgement, ARefusalKeepsItsReason) {
  for (const auto& [reason, verdict] : {std::pair{RefusalReason::kUnknown, Verdict::kUnknown},
                                        std::pair{RefusalReason::kExpired, Verdict::kExpired},
                                        std::pair{RefusalReason::kRevoked, Verdict::kRevoked}}) {
    EXPECT_EQ(judge(refused(reason), kNow, kUnconfirmed), verdict);
    const Decision decision = judge_in_outage(refused(reason), kNow, kUnconfirmed);
    EXPECT_EQ(decision.verdict, verdict);
    EXPECT_EQ(decision.origin, Origin::kNegative);
  }
}

}  // namespace
}  // namespace zenzefi::gateway
