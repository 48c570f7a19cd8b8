#include <gtest/gtest.h>
#include <sched.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <thread>
#include <vector>

#include "stress_world.hpp"

namespace zenzefi::gateway::test {
namespace {

void expect_truth(const StressWorld& world) {
  EXPECT_EQ(world.wrong_owner(), 0U);
  EXPECT_EQ(world.after_drop(), 0U);
  // Otherwise nothing was shown.
  EXPECT_GT(world.hits(), world.steps() / 20);
}

TEST(Stress, ThreadsSeeOnlyWhatIsTheirsAndNotDropped) {
  constexpr int kSteps = 500'000;
  StressWorld world;
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      threads.emplace_back([&world, seed] {
        std::mt19937 random{seed};
        for (int i = 0; i < kSteps; ++i) {
          world.step(random);
        }
      });
    }
  }
  expect_truth(world);
  EXPECT_EQ(world.usable_slots(), world.slots());
}

// A process that works until it is killed.
class Worker {
 public:
  Worker(StressWorld& world, std::uint32_t seed) : pid_(fork()) {
    if (pid_ == 0) {
      std::mt19937 random{seed};
      while (getppid() != 1) {
        world.step(random);
      }
      _exit(0);
    }
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }

 private:
  pid_t pid_;
};

TEST(Stress, KilledProcessesHarmNobody) {
  constexpr std::size_t kWorkers = 3;
  constexpr std::uint32_t kKills = 250;
  StressWorld world;
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): what fails once must fail again
  std::mt19937 random{42};
  std::vector<std::unique_ptr<Worker>> workers(kWorkers);
  for (std::uint32_t i = 0; i < kWorkers; ++i) {
    workers[i] = std::make_unique<Worker>(world, i);
  }
  for (std::uint32_t i = 0; i < kKills; ++i) {
    const std::uint64_t enough = world.steps() + 500 + random() % 2000;
    while (world.steps() < enough) {
      sched_yield();
    }
    auto& worker = workers[random() % kWorkers];
    worker.reset();
    worker = std::make_unique<Worker>(world, kWorkers + i);
  }
  workers.clear();
  expect_truth(world);
  EXPECT_EQ(world.usable_slots(), world.slots());
}

}  // namespace
}  // namespace zenzefi::gateway::test
