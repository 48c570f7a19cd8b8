#include "http/server/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <latch>

namespace zenzefi::http {
namespace {

TEST(WorkerPool, RunsEveryJobOnceAndAllBeforeDrainReturns) {
  std::atomic<int> done{0};
  WorkerPool pool("test", 3, 1000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.try_submit([&] { ++done; }));
  }
  pool.drain();
  EXPECT_EQ(done, 1000);
}

TEST(WorkerPool, RefusesWhenTheQueueIsFull) {
  std::latch started{1};
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  WorkerPool pool("test", 1, 2);
  ASSERT_TRUE(pool.try_submit([&] {
    started.count_down();
    released.wait();
  }));
  started.wait();
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_TRUE(pool.try_submit([] {}));
  EXPECT_FALSE(pool.try_submit([] {}));
  EXPECT_EQ(pool.queued(), 2U);
  EXPECT_EQ(pool.refused(), 1U);
  release.set_value();
  pool.drain();
  EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerPool, RefusesOnceItDrains) {
  WorkerPool pool("test", 1, 2);
  pool.drain();
  EXPECT_FALSE(pool.try_submit([] {}));
  pool.drain();
}

TEST(WorkerPool, TakesNamesOfAnyLength) {
  WorkerPool pool("a name that the kernel would not take", 1, 1);
  EXPECT_EQ(pool.name(), "a name that the kernel would not take");
}

}  // namespace
}  // namespace zenzefi::http
