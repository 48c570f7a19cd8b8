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

// Lets threads go on together to within some nanoseconds, which std::barrier does not: what they
// then do takes no longer than being woken up.
class Meeting {
 public:
  explicit Meeting(int threads) : threads_(threads) {}

  void meet() {
    constexpr int kSpins = 2000;
    const int round = round_;
    if (++arrived_ == threads_) {
      arrived_ = 0;
      ++round_;
      return;
    }
    for (int i = 0; round_ == round; ++i) {
      if (i > kSpins) {
        sched_yield();
      }
    }
  }

 private:
  int threads_;
  std::atomic<int> arrived_{0};
  std::atomic<int> round_{0};
};

// A new bucket each round, which all of them try to make.
TEST(LimitsStress, ManyAtOncePassExactlyTheBurst) {
  constexpr int kRounds = 20'000;
  constexpr int kThreads = 3;
  constexpr int kBurst = 3;
  constexpr RateLimit kRate{1h, kBurst * 1h};
  SharedTable<RateLimiter> limiter{kRounds};
  std::vector<std::atomic<int>> passed(kRounds);
  Meeting meeting{kThreads};
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (std::size_t round = 0; round < kRounds; ++round) {
          meeting.meet();
          for (int n = 0; n <= kBurst; ++n) {
            passed[round] += limiter->allow(id_of(round), kRate, Moment{1s}).allowed ? 1 : 0;
          }
        }
      });
    }
  }
  for (const auto& count : passed) {
    ASSERT_EQ(count, 1 + kBurst);
  }
  EXPECT_EQ(limiter->forgotten(), 0U);
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
    const auto outcome = world_.counts->take(token_of(id), kLimit, place_);
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
    EXPECT_EQ(world.counts->under_way(token_of(id)), 0U);
  }
  EXPECT_GT(world.truth().refused, 0U);
}

// Each round the last one that is left is wanted by all of them.
TEST(LimitsStress, ManyAtOnceTakeExactlyTheLimit) {
  constexpr int kRounds = 20'000;
  constexpr int kThreads = 3;
  CountWorld world;
  std::vector<std::atomic<std::uint32_t>> taken(kRounds);
  Meeting start{kThreads};
  Meeting end{kThreads};
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        const auto place = world.counts->join(ProcessIdentity::of(getpid())).value();
        std::vector<ConnectionCounts::Lease> leases;
        for (std::size_t round = 0; round < kRounds; ++round) {
          start.meet();
          for (std::uint32_t n = 0; n < kLimit; ++n) {
            const auto outcome = world.counts->take(token_of(1), kLimit, place);
            if (outcome.result == ConnectionCounts::Result::kTaken) {
              leases.push_back(outcome.lease);
              ++taken[round];
            }
          }
          end.meet();
          for (const auto& lease : leases) {
            world.counts->give_back(lease, place);
          }
          leases.clear();
        }
      });
    }
  }
  for (const auto& count : taken) {
    ASSERT_EQ(count, kLimit);
  }
  EXPECT_EQ(world.counts->under_way(token_of(1)), 0U);
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
      ASSERT_LE(world.counts->under_way(token_of(id)), kLimit + kVictims);
    }
    victim = std::make_unique<Victim>(world, kVictims + i);
  }
  victims.clear();
  world.counts->sweep();
  const auto place = world.counts->join(ProcessIdentity::of(getpid())).value();
  EXPECT_EQ(place, 0U) << "a place was lost";
  for (std::size_t id = 0; id < kIds; ++id) {
    EXPECT_EQ(world.counts->under_way(token_of(id)), 0U);
    for (std::uint32_t n = 0; n < kLimit; ++n) {
      EXPECT_EQ(world.counts->take(token_of(id), kLimit, place).result,
                ConnectionCounts::Result::kTaken);
    }
    EXPECT_EQ(world.counts->take(token_of(id), kLimit, place).result,
              ConnectionCounts::Result::kRefused);
  }
}

}  // namespace
}  // namespace zenzefi::gateway::test
