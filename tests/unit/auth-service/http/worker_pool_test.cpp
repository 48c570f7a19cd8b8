#include "http/server/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <list>
#include <mutex>
#include <vector>

namespace zenzefi::http {
namespace {

using Numbers = std::vector<int>;

// Jobs are numbers; of the same ten they can be run together.
class NumberPool {
 public:
  NumberPool(std::size_t workers, std::size_t queue_size)
      : pool_(
            "test", workers, queue_size, [this](std::list<int>& jobs) { run(jobs); },
            [](int one, int other) { return one / 10 == other / 10; }) {}

  ~NumberPool() { release(); }

  bool submit(int job) { return pool_.try_submit(job); }
  // The worker that takes a job does not go on before release().
  void hold(int job) {
    held_ = job;
    ASSERT_TRUE(submit(job));
    holding_.wait();
  }
  void release() {
    released_ = true;
    released_.notify_all();
  }
  std::vector<Numbers> drain() {
    pool_.drain();
    return batches_;
  }
  [[nodiscard]] const WorkerPool<int>& pool() const { return pool_; }

 private:
  void run(const std::list<int>& jobs) {
    {
      const std::lock_guard lock{mutex_};
      batches_.emplace_back(jobs.begin(), jobs.end());
    }
    if (jobs.front() == held_) {
      holding_.count_down();
      released_.wait(false);
    }
  }

  std::mutex mutex_;
  std::vector<Numbers> batches_;
  std::atomic<int> held_{-1};
  std::latch holding_{1};
  std::atomic<bool> released_{false};
  WorkerPool<int> pool_;
};

TEST(WorkerPool, RunsEveryJobOnceAndAllBeforeDrainReturns) {
  NumberPool pool{3, 1000};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.submit(i));
  }
  std::vector<int> seen(1000);
  for (const Numbers& batch : pool.drain()) {
    for (const int job : batch) {
      ++seen[static_cast<std::size_t>(job)];
    }
  }
  EXPECT_EQ(seen, std::vector<int>(1000, 1));
}

TEST(WorkerPool, RunsTogetherWhatWaitsAndJoins) {
  NumberPool pool{1, 100};
  pool.hold(0);
  for (const int job : {10, 11, 20, 12, 21, 30}) {
    ASSERT_TRUE(pool.submit(job));
  }
  pool.release();
  EXPECT_EQ(pool.drain(), (std::vector<Numbers>{{0}, {10, 11, 12}, {20, 21}, {30}}));
}

TEST(WorkerPool, RunsNoMoreTogetherThanItSays) {
  NumberPool pool{1, 100};
  pool.hold(0);
  const Numbers jobs(WorkerPool<int>::kLargestBatch + 1, 10);
  for (const int job : jobs) {
    ASSERT_TRUE(pool.submit(job));
  }
  pool.release();
  EXPECT_EQ(pool.drain(),
            (std::vector<Numbers>{{0}, Numbers(WorkerPool<int>::kLargestBatch, 10), {10}}));
}

// Each job waits for the others, which needs a worker for each, and the next round for all of them.
TEST(WorkerPool, WakesAWorkerForEveryJob) {
  constexpr int kWorkers = 8;
  std::barrier together{kWorkers + 1};
  WorkerPool<int> pool(
      "test", kWorkers, kWorkers, [&](std::list<int>& /*jobs*/) { together.arrive_and_wait(); },
      [](int /*one*/, int /*other*/) { return false; });
  for (int round = 0; round < 500; ++round) {
    for (int job = 0; job < kWorkers; ++job) {
      ASSERT_TRUE(pool.try_submit(job));
    }
    together.arrive_and_wait();
  }
}

TEST(WorkerPool, RefusesWhenTheQueueIsFull) {
  NumberPool pool{1, 2};
  pool.hold(0);
  EXPECT_TRUE(pool.submit(10));
  EXPECT_TRUE(pool.submit(20));
  EXPECT_FALSE(pool.submit(30));
  EXPECT_EQ(pool.pool().queued(), 2U);
  EXPECT_EQ(pool.pool().refused(), 1U);
  pool.release();
  EXPECT_EQ(pool.drain(), (std::vector<Numbers>{{0}, {10}, {20}}));
  EXPECT_EQ(pool.pool().queued(), 0U);
}

TEST(WorkerPool, RefusesOnceItDrains) {
  NumberPool pool{1, 2};
  pool.drain();
  EXPECT_FALSE(pool.submit(1));
  EXPECT_TRUE(pool.drain().empty());
}

TEST(WorkerPool, TakesNamesOfAnyLength) {
  const WorkerPool<int> pool(
      "a name that the kernel would not take", 1, 1, [](std::list<int>& /*jobs*/) {},
      [](int /*one*/, int /*other*/) { return false; });
  EXPECT_EQ(pool.name(), "a name that the kernel would not take");
}

}  // namespace
}  // namespace zenzefi::http
