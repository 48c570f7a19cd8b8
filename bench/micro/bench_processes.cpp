// L1's look-up in one process while others read, and one writes, through the same shared memory:
// what nginx's workers are to each other.
#include <benchmark/benchmark.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <system_error>
#include <vector>

#include "tables.hpp"

namespace zenzefi::bench {
namespace {

// A process that runs `work` again and again until this object goes, or its parent does.
class Neighbour {
 public:
  template <typename Work>
  explicit Neighbour(const Work& work) : pid_(fork()) {
    if (pid_ < 0) {
      throw std::system_error{errno, std::generic_category(), "fork"};
    }
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (std::uint64_t i = 0;; ++i) {
        work(i);
      }
    }
  }
  Neighbour(const Neighbour&) = delete;
  Neighbour& operator=(const Neighbour&) = delete;
  ~Neighbour() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

 private:
  pid_t pid_;
};

struct Scene {
  explicit Scene(std::uint64_t count) : tokens(count), table(count) {
    for (std::uint64_t i = 0; i < tokens; ++i) {
      table.put(hash_number(i), grant_number(i));
    }
  }

  void add_reader() {
    neighbours.push_back(std::make_unique<Neighbour>([this](std::uint64_t i) {
      benchmark::DoNotOptimize(table.find(hash_number(mix(i) % tokens)));
    }));
  }

  void add_writer() {
    neighbours.push_back(std::make_unique<Neighbour>([this](std::uint64_t i) {
      const std::uint64_t number = mix(~i) % tokens;
      table.drop(hash_number(number));
      table.put(hash_number(number), grant_number(number));
    }));
  }

  std::uint64_t tokens;
  L1Table table;
  std::vector<std::unique_ptr<Neighbour>> neighbours;
};

std::unique_ptr<Scene> scene;

void set_scene(const benchmark::State& state) {
  scene = std::make_unique<Scene>(static_cast<std::uint64_t>(state.range(0)));
  for (std::int64_t i = 1; i < state.range(1); ++i) {
    scene->add_reader();
  }
  for (std::int64_t i = 0; i < state.range(2); ++i) {
    scene->add_writer();
  }
}

void clear_scene(const benchmark::State& /*state*/) {
  scene.reset();
}

// This process is one of the readers.
void look_up(benchmark::State& state) {
  std::uint64_t number = std::uint64_t{1} << 40;
  std::uint64_t hits = 0;
  for (auto _ : state) {
    hits += scene->table.find(hash_number(mix(++number) % scene->tokens)) ? 1 : 0;
  }
  state.counters["hit_rate"] = static_cast<double>(hits) / static_cast<double>(state.iterations());
}

BENCHMARK(look_up)
    ->ArgNames({"tokens", "readers", "writers"})
    ->ArgsProduct({{1'000, 100'000, 10'000'000}, {1, 2}, {0, 1}})
    ->Setup(set_scene)
    ->Teardown(clear_scene);

}  // namespace
}  // namespace zenzefi::bench
