#include "metrics/metrics.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

namespace zenzefi::gateway {
namespace {

class MetricsTest : public testing::Test {
 protected:
  // Two workers; one process stands for both.
  void SetUp() override {
    first_.sits_at(processes_.join(self_));
    second_.sits_at(processes_.join(self_));
  }

  std::unique_ptr<MetricsWords> words_ = std::make_unique<MetricsWords>();
  std::unique_ptr<ProcessTable::Words> process_words_ = std::make_unique<ProcessTable::Words>();
  ProcessTable processes_{*process_words_};
  ProcessIdentity self_ = ProcessIdentity::of(getpid());
  Metrics first_{*words_, 0};
  Metrics second_{*words_, 1};
};

TEST_F(MetricsTest, AllAreLinkedWhenEachIs) {
  EXPECT_FALSE(all_linked(*words_, processes_));
  first_.show_link(true);
  EXPECT_FALSE(all_linked(*words_, processes_));
  second_.show_link(true);
  EXPECT_TRUE(all_linked(*words_, processes_));
  first_.show_link(false);
  EXPECT_FALSE(all_linked(*words_, processes_));
}

TEST_F(MetricsTest, WhoIsGoneDoesNotCount) {
  first_.show_link(true);
  first_.show_requests(3);
  second_.show_requests(4);
  // The same number, but started at another time.
  const auto late = ProcessIdentity::from(self_.bits() + 1);
  processes_.leave(1, self_);
  EXPECT_EQ(processes_.join(late), 1U);
  EXPECT_TRUE(all_linked(*words_, processes_));
  const MetricsSnapshot snapshot = snapshot_of(*words_, processes_);
  EXPECT_EQ(snapshot.workers, 1U);
  EXPECT_EQ(snapshot.workers_linked, 1U);
  EXPECT_EQ(snapshot.requests_open, 3U);
}

TEST_F(MetricsTest, CountsOfAllWorkersAreAddedUp) {
  first_.count(Counter::kCoalesced);
  second_.count(Counter::kCoalesced);
  second_.count(Counter::kRechecks);
  const MetricsSnapshot snapshot = snapshot_of(*words_, processes_);
  EXPECT_EQ(snapshot.counter(Counter::kCoalesced), 2U);
  EXPECT_EQ(snapshot.counter(Counter::kRechecks), 1U);
}

}  // namespace
}  // namespace zenzefi::gateway
