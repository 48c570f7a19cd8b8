#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "tables.hpp"

namespace zenzefi::gateway::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kIds = 12;
constexpr std::uint32_t kLimit = 5;

void raise(std::atomic<std::int64_t>& word, std::int64_t to) {
  std::int64_t current = word;
  while (current < to && !word.compare_exchange_weak(current, to)) {
  }
}

TEST(LimitsStress, ManyAtOncePassExactlyTheBurst) {
  constexpr int kRounds = 300;
  constexpr int kBurst = 20;
  constexpr RateLimit kRate{1h, kBurst * 1h};
  for (int round = 0; round < kRounds; ++round) {
    // A new bucket each round: all of them try to make it.
    SharedTable<RateLimiter> limiter{1};
    std::atomic<int> ready{0};
    std::atomic<int> passed{0};
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          ++ready;
          while (ready < 4) {
            sched_yield();
          }
          for (int n = 0; n < kBurst; ++n) {
            passed += limiter->allow(id_of(1), kRate, Moment{1s}).allowed ? 1 : 0;
          }
        });
      }
    }
    ASSERT_EQ(passed, 1 + kBurst);
  }
}

// Time is a counter that all of them move; the ids share one set, which has room for fewer, but not
// for fewer that are in use.
struct RateWorld {
  static constexpr std::chrono::milliseconds kInterval{40};
  static constexpr int kBurst = 3;
  static constexpr RateLimit kRate{kInterval, kBurst* kInterval};

  struct Truth {
    std::atomic<std::int64_t> time{1'000'000};
    std::array<std::atomic<std::int64_t>, kIds> passed{};
  };

  void step(std::mt19937& random) {
    const std::size_t id = random() % kIds;
    const std::int64_t now = truth().time.fetch_add(1) + 1;
    if (limiter->allow(id_of(id), kRate, Moment{std::chrono::milliseconds{now}}).allowed) {
      ++truth().passed[id];
    }
  }
  [[nodiscard]] Truth& truth() const noexcept { return *truth_; }

  SharedTable<RateLimiter> limiter{4};
  SharedMemory memory{sizeof(Truth)};
  Truth* truth_ = new (memory.data()) Truth;
};

TEST(LimitsStress, ThreadsNeverPassMoreThanRateAndBurst) {
  constexpr int kSteps = 100'000;
  RateWorld world;
  const std::int64_t start = world.truth().time;
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
  const std::int64_t most =
      1 + RateWorld::kBurst + (world.truth().time - start) / RateWorld::kInterval.count();
  ASSERT_EQ(world.limiter->forgotten(), 0U);
  for (const auto& passed : world.truth().passed) {
    EXPECT_LE(passed, most);
    EXPECT_GT(passed, most / 2);
  }
}

// Each process has a place; what it believes to have under way stands beside the counts.
struct CountWorld {
  struct Truth {
    std::array<std::atomic<std::int64_t>, kIds> under_way{};
    std::array<std::atomic<std::int64_t>, kIds> most{};
    std::atomic<std::uint64_t> steps{};
    std::atomic<std::uint64_t> refused{};
  };

  [[nodiscard]] Truth& truth() const noexcept { return *truth_; }

  SharedTable<ConnectionCounts> counts{2};
  SharedMemory memory{sizeof(Truth)};
  Truth* truth_ = new (memory.data()) Truth;
};

class Client {
 public:
  Client(CountWorld& world, std::uint32_t seed)
      : world_(world),
        random_(seed),
        self_(ProcessIdentity::of(getpid())),
        place_(world.counts->join(self_).value()) {}

  // Takes one, or gives one back. `is_watched`: nobody is killed, so the truth can be kept, too.
  void step(bool is_watched) {
    ++world_.truth().steps;
    if (leases_.empty() || random_() % 2 == 0) {
      take(random_() % kIds, is_watched);
    } else {
      give_back(is_watched);
    }
  }
  void give_all_back(bool is_watched) {
    while (!leases_.empty()) {
      give_back(is_watched);
    }
  }

 private:
  struct Held {
    std::size_t id;
    ConnectionCounts::Lease lease;
  };

  void take(std::size_t id, bool is_watched) {
    const auto outcome = world_.counts->take(id_of(id), kLimit, place_);
    if (outcome.result != ConnectionCounts::Result::kTaken) {
      ++world_.truth().refused;
      return;
    }
    leases_.push_back({id, outcome.lease});
    if (is_watched) {
      raise(world_.truth().most[id], ++world_.truth().under_way[id]);
    }
  }
  void give_back(bool is_watched) {
    if (is_watched) {
      --world_.truth().under_way[leases_.back().id];
    }
    world_.counts->give_back(leases_.back().lease, place_);
    leases_.pop_back();
  }

  CountWorld& world_;
  std::mt19937 random_;
  ProcessIdentity self_;
  std::size_t place_;
  std::vector<Held> leases_;
};

TEST(LimitsStress, ThreadsNeverHaveMoreUnderWayThanTheLimit) {
  constexpr int kSteps = 100'000;
  CountWorld world;
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t seed = 1; seed <= 4; ++seed) {
      threads.emplace_back([&world, seed] {
        Client client{world, seed};
        for (int i = 0; i < kSteps; ++i) {
          client.step(true);
        }
        client.give_all_back(true);
      });
    }
  }
  for (std::size_t id = 0; id < kIds; ++id) {
    EXPECT_EQ(world.truth().most[id], kLimit);
    EXPECT_EQ(world.counts->under_way(id_of(id)), 0U);
  }
  EXPECT_GT(world.truth().refused, 0U);
}

TEST(LimitsStress, ManyAtOnceTakeExactlyTheLimit) {
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    CountWorld world;
    std::array<std::size_t, 4> places{};
    for (std::size_t& place : places) {
      place = world.counts->join(ProcessIdentity::of(getpid())).value();
    }
    std::atomic<int> ready{0};
    std::atomic<std::uint32_t> taken{0};
    {
      std::vector<std::jthread> threads;
      for (const std::size_t place : places) {
        threads.emplace_back([&, place] {
          ++ready;
          while (ready < 4) {
            sched_yield();
          }
          for (std::uint32_t n = 0; n < kLimit; ++n) {
            const auto outcome = world.counts->take(id_of(1), kLimit, place);
            taken += outcome.result == ConnectionCounts::Result::kTaken ? 1 : 0;
          }
        });
      }
    }
    ASSERT_EQ(taken, kLimit);
  }
}

// A process that takes and gives back until it is killed.
class Victim {
 public:
  Victim(CountWorld& world, std::uint32_t seed) : pid_(fork()) {
    if (pid_ == 0) {
      Client client{world, seed};
      while (getppid() != 1) {
        client.step(false);
      }
      _exit(0);
    }
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
  }

 private:
  pid_t pid_;
};

TEST(LimitsStress, WhatKilledProcessesHadComesBack) {
  constexpr std::size_t kVictims = 3;
  constexpr std::uint32_t kKills = 200;
  CountWorld world;
  // NOLINTNEXTLINE(cert-msc32-c,cert-msc51-cpp): what fails once must fail again
  std::mt19937 random{42};
  std::vector<std::unique_ptr<Victim>> victims(kVictims);
  for (std::uint32_t i = 0; i < kVictims; ++i) {
    victims[i] = std::make_unique<Victim>(world, i);
  }
  for (std::uint32_t i = 0; i < kKills; ++i) {
    const std::uint64_t enough = world.truth().steps + 500 + random() % 2000;
    while (world.truth().steps < enough) {
      sched_yield();
    }
    auto& victim = victims[random() % kVictims];
    victim.reset();
    for (std::size_t id = 0; id < kIds; ++id) {
      ASSERT_LE(world.counts->under_way(id_of(id)), kLimit + kVictims);
    }
    victim = std::make_unique<Victim>(world, kVictims + i);
  }
  victims.clear();
  world.counts->sweep();
  const auto place = world.counts->join(ProcessIdentity::of(getpid())).value();
  EXPECT_EQ(place, 0U) << "a place was lost";
  for (std::size_t id = 0; id < kIds; ++id) {
    EXPECT_EQ(world.counts->under_way(id_of(id)), 0U);
    for (std::uint32_t n = 0; n < kLimit; ++n) {
      EXPECT_EQ(world.counts->take(id_of(id), kLimit, place).result,
                ConnectionCounts::Result::kTaken);
    }
    EXPECT_EQ(world.counts->take(id_of(id), kLimit, place).result,
              ConnectionCounts::Result::kRefused);
  }
}

}  // namespace
}  // namespace zenzefi::gateway::test
