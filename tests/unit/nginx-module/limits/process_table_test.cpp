#include "limits/process_table.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <set>

namespace zenzefi::gateway {
namespace {

class ProcessTableTest : public testing::Test {
 protected:
  std::unique_ptr<ProcessTable::Words> words_ = std::make_unique<ProcessTable::Words>();
  ProcessTable table_{*words_};
  ProcessIdentity self_ = ProcessIdentity::of(getpid());
};

TEST_F(ProcessTableTest, GivesEverybodyAPlaceOfTheirOwnUntilAllAreTaken) {
  std::set<std::size_t> places;
  for (std::size_t i = 0; i < ProcessTable::kCapacity; ++i) {
    const auto place = table_.join(self_);
    ASSERT_TRUE(place);
    places.insert(*place);
    EXPECT_EQ(table_.ever_used(), i + 1);
  }
  EXPECT_EQ(places.size(), ProcessTable::kCapacity);
  EXPECT_FALSE(table_.join(self_));
  table_.leave(7, self_);
  EXPECT_FALSE(table_.at(7));
  EXPECT_EQ(table_.join(self_), 7U);
}

TEST_F(ProcessTableTest, NobodyLeavesForAnother) {
  const auto place = table_.join(self_);
  ASSERT_TRUE(place);
  table_.leave(*place, ProcessIdentity::from(self_.bits() + 1));
  EXPECT_EQ(table_.at(*place)->bits(), self_.bits());
}

TEST(ProcessIdentity, KnowsWhoLivesAndWhoIsGone) {
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  ASSERT_GT(child, 0);
  const auto identity = ProcessIdentity::of(child);
  EXPECT_EQ(identity.pid(), child);
  EXPECT_FALSE(identity.is_gone());
  EXPECT_EQ(kill(child, SIGKILL), 0);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(identity.is_gone());
}

TEST(ProcessIdentity, IsNotMistakenForALaterProcessOfTheSameNumber) {
  const auto self = ProcessIdentity::of(getpid());
  EXPECT_FALSE(self.is_gone());
  EXPECT_TRUE(ProcessIdentity::from(self.bits() - 1).is_gone());
}

}  // namespace
}  // namespace zenzefi::gateway
