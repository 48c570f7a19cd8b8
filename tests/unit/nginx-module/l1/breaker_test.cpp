#include "l1/breaker.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "samples.hpp"

namespace zenzefi::gateway {
namespace {

using test::at_ms;
using namespace std::chrono_literals;

class BreakerTest : public testing::Test {
 protected:
  void fail(int times, std::int64_t now) {
    for (int i = 0; i < times; ++i) {
      breaker_.failed(Breaker::Permit{}, at_ms(now));
    }
  }
  [[nodiscard]] bool allowed(std::int64_t now) { return breaker_.allow(at_ms(now)).has_value(); }

  Breaker::Word word_{0};
  Breaker breaker_{word_, {.failures = 3, .open_for = 1000ms, .probe_for = 5000ms}};
};

TEST_F(BreakerTest, ClosedLetsEverybodyAsk) {
  for (int i = 0; i < 10; ++i) {
    const auto permit = breaker_.allow(at_ms(100));
    ASSERT_TRUE(permit);
    EXPECT_FALSE(permit->is_probe());
  }
  EXPECT_FALSE(breaker_.is_open(at_ms(100)));
}

TEST_F(BreakerTest, OpensAfterSoManyFailuresInARow) {
  fail(2, 100);
  EXPECT_TRUE(allowed(100));
  fail(1, 100);
  EXPECT_FALSE(allowed(100));
  EXPECT_TRUE(breaker_.is_open(at_ms(1099)));
}

TEST_F(BreakerTest, ASuccessBetweenStartsTheCountAgain) {
  fail(2, 100);
  breaker_.succeeded();
  fail(2, 100);
  EXPECT_TRUE(allowed(100));
}

TEST_F(BreakerTest, AfterBeingOpenLetsOneProbeThrough) {
  fail(3, 100);
  EXPECT_FALSE(allowed(1099));
  const auto probe = breaker_.allow(at_ms(1100));
  ASSERT_TRUE(probe);
  EXPECT_TRUE(probe->is_probe());
  EXPECT_FALSE(allowed(1100));
  EXPECT_FALSE(allowed(6099));
}

TEST_F(BreakerTest, ASuccessfulProbeCloses) {
  fail(3, 100);
  ASSERT_TRUE(allowed(1100));
  breaker_.succeeded();
  EXPECT_TRUE(allowed(1101));
  EXPECT_TRUE(allowed(1101));
  fail(2, 1102);
  EXPECT_TRUE(allowed(1102));
}

TEST_F(BreakerTest, AFailedProbeOpensAgain) {
  fail(3, 100);
  const auto probe = breaker_.allow(at_ms(1100));
  breaker_.failed(probe.value(), at_ms(1200));
  EXPECT_FALSE(allowed(2199));
  EXPECT_TRUE(allowed(2200));
}

TEST_F(BreakerTest, ALostProbeIsReplaced) {
  fail(3, 100);
  const auto lost = breaker_.allow(at_ms(1100));
  const auto next = breaker_.allow(at_ms(6100));
  ASSERT_TRUE(next);
  EXPECT_TRUE(next->is_probe());
  // The lost one's failure comes after all: the one waited for is another.
  breaker_.failed(lost.value(), at_ms(6200));
  EXPECT_FALSE(allowed(7300));
  breaker_.failed(*next, at_ms(6300));
  EXPECT_TRUE(allowed(7300));
}

TEST_F(BreakerTest, LateFailuresOfBeforeItOpenedDoNotKeepItOpen) {
  fail(3, 100);
  fail(10, 1000);
  EXPECT_TRUE(allowed(1100));
  fail(10, 1101);
  breaker_.succeeded();
  EXPECT_TRUE(allowed(1102));
}

TEST_F(BreakerTest, OfManyAtOnceOneIsTheProbe) {
  for (int round = 0; round < 200; ++round) {
    word_ = 0;
    fail(3, 100);
    std::atomic<int> probes{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] { probes += allowed(1100) ? 1 : 0; });
      }
    }
    ASSERT_EQ(probes, 1);
  }
}

}  // namespace
}  // namespace zenzefi::gateway
