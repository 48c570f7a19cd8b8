// L1's look-up beside a locked hash map, alone and while another thread writes all the time.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <typeinfo>

#include "tables.hpp"

namespace zenzefi::bench {
namespace {

using MutexTable = LockedTable<SharedMutex>;
using RwLockTable = LockedTable<SharedRwLock>;

TokenHash by_number(std::uint64_t number) noexcept {
  return hash_number(number);
}

// As a request does it that sends a token.
TokenHash by_text(std::uint64_t number) noexcept {
  const TokenText text{number};
  return is_plausible_token(text.view()) ? hash_token(text.view()).value_or(TokenHash{})
                                         : TokenHash{};
}

using MakeHash = TokenHash (*)(std::uint64_t) noexcept;

// Numbers that L1 knows to be bad, one for so many good ones; and numbers that nobody knows.
constexpr std::uint64_t kTokensToBad = 8;
constexpr std::uint64_t kFirstBad = std::uint64_t{1} << 48;
constexpr std::uint64_t kFirstUnknown = std::uint64_t{1} << 49;

template <typename Table, MakeHash kHash>
std::unique_ptr<Table> filled(std::size_t tokens) {
  auto table = std::make_unique<Table>(tokens);
  for (std::uint64_t i = 0; i < tokens; ++i) {
    table->put(kHash(i), grant_number(i));
  }
  if constexpr (std::is_same_v<Table, L1Table>) {
    for (std::uint64_t i = 0; i < tokens / kTokensToBad; ++i) {
      table->refuse(kHash(kFirstBad + i));
    }
  }
  return table;
}

// Takes tokens away and puts them back as fast as it can, until it is destroyed.
template <typename Table>
class Writer {
 public:
  Writer(Table& table, std::size_t tokens)
      : thread_([&table, tokens](const std::stop_token& stop) {
          for (std::uint64_t i = 0; !stop.stop_requested(); ++i) {
            const std::uint64_t number = mix(~i) % tokens;
            table.drop(hash_number(number));
            table.put(hash_number(number), grant_number(number));
          }
        }) {}

 private:
  std::jthread thread_;
};

// A filled table is kept for the next run of the same benchmark: filling the largest takes many
// seconds, and Google Benchmark runs each several times. One is kept in all, for it has gigabytes.
class Stage {
 public:
  template <typename Table, MakeHash kHash>
  static Table& get(std::size_t tokens) {
    using Kept = std::unique_ptr<Table>;
    static Kept table;
    const std::string name = std::string{typeid(Table).name()} + std::to_string(tokens) +
                             (kHash == by_text ? " by text" : " by number");
    if (kept_name != name) {
      clear_kept();
      clear_kept = [] { table.reset(); };
      table = filled<Table, kHash>(tokens);
      kept_name = name;
    }
    return *table;
  }

 private:
  static inline std::string kept_name;
  static inline void (*clear_kept)() = [] {};
};

template <typename Table>
std::unique_ptr<Writer<Table>> writer;

template <typename Table, MakeHash kHash>
void arrange(const benchmark::State& state) {
  Stage::get<Table, kHash>(static_cast<std::size_t>(state.range(0)));
}

template <typename Table>
void start_writer(const benchmark::State& state) {
  const auto tokens = static_cast<std::size_t>(state.range(0));
  writer<Table> = std::make_unique<Writer<Table>>(Stage::get<Table, by_number>(tokens), tokens);
}

template <typename Table>
void stop_writer(const benchmark::State& /*state*/) {
  writer<Table>.reset();
}

// One look-up of a random one of the tokens.
template <typename Table, MakeHash kHash>
void look_up(benchmark::State& state) {
  const auto tokens = static_cast<std::uint64_t>(state.range(0));
  Table& table = Stage::get<Table, kHash>(tokens);
  std::uint64_t number = static_cast<std::uint64_t>(state.thread_index()) << 40;
  std::uint64_t hits = 0;
  for (auto _ : state) {
    hits += table.find(kHash(mix(++number) % tokens)) ? 1 : 0;
  }
  state.counters["hit_rate"] =
      benchmark::Counter(static_cast<double>(hits) / static_cast<double>(state.iterations()),
                         benchmark::Counter::kAvgThreads);
}

// One look-up of a random token that L1 knows to be good, does not know, or knows to be bad.
template <MakeHash kHash, gateway::Finding::Kind kWanted>
void ask(benchmark::State& state) {
  using Kind = gateway::Finding::Kind;
  const auto tokens = static_cast<std::uint64_t>(state.range(0));
  const std::uint64_t first = kWanted == Kind::kMiss      ? kFirstUnknown
                              : kWanted == Kind::kRefused ? kFirstBad
                                                          : 0;
  const std::uint64_t count = kWanted == Kind::kRefused ? tokens / kTokensToBad : tokens;
  L1Table& table = Stage::get<L1Table, kHash>(tokens);
  std::uint64_t number = 0;
  std::uint64_t as_wanted = 0;
  for (auto _ : state) {
    as_wanted += table.look(kHash(first + mix(++number) % count)) == kWanted ? 1 : 0;
  }
  state.counters["as_wanted"] =
      static_cast<double>(as_wanted) / static_cast<double>(state.iterations());
}

// What making random hashes costs by itself; part of every figure of look_up().
void make_hash(benchmark::State& state) {
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(hash_number(mix(++number) % 1000));
  }
}

void hash_text(benchmark::State& state) {
  std::uint64_t number = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(by_text(++number));
  }
}

template <typename Table>
void write_entry(benchmark::State& state) {
  const auto tokens = static_cast<std::uint64_t>(state.range(0));
  Table& table = Stage::get<Table, by_number>(tokens);
  std::uint64_t number = 0;
  for (auto _ : state) {
    const TokenHash hash = hash_number(mix(++number) % tokens);
    table.drop(hash);
    table.put(hash, grant_number(number));
  }
}

constexpr std::int64_t kFewest = 1'000;
constexpr std::int64_t kMost = 10'000'000;

void decades(benchmark::internal::Benchmark* benchmark) {
  for (std::int64_t tokens = kFewest; tokens <= kMost; tokens *= 10) {
    benchmark->Arg(tokens);
  }
}

template <typename Table>
void register_table(const std::string& name) {
  if constexpr (!std::is_same_v<Table, L1Table>) {
    benchmark::RegisterBenchmark(("look_up/" + name).c_str(), look_up<Table, by_number>)
        ->Setup(arrange<Table, by_number>)
        ->Apply(decades);
  }
  benchmark::RegisterBenchmark(("drop_and_put/" + name).c_str(), write_entry<Table>)
      ->Setup(arrange<Table, by_number>)
      ->Arg(100'000);
  benchmark::RegisterBenchmark(("look_up_while_one_writes/" + name).c_str(),
                               look_up<Table, by_number>)
      ->Setup(start_writer<Table>)
      ->Teardown(stop_writer<Table>)
      ->Arg(100'000)
      ->ThreadRange(1, 2)
      ->UseRealTime();
}

// All of one table after the other: the largest take long to fill.
template <MakeHash kHash>
void register_l1(const std::string& name) {
  using Kind = gateway::Finding::Kind;
  for (std::int64_t tokens = kFewest; tokens <= kMost; tokens *= 10) {
    const auto add = [&](const char* asked, auto* function) {
      benchmark::RegisterBenchmark((name + "/l1" + asked).c_str(), function)
          ->Setup(arrange<L1Table, kHash>)
          ->Arg(tokens);
    };
    add("", ask<kHash, Kind::kGranted>);
    add("/miss", ask<kHash, Kind::kMiss>);
    add("/bad", ask<kHash, Kind::kRefused>);
  }
}

void register_all() {
  benchmark::RegisterBenchmark("make_hash", make_hash);
  benchmark::RegisterBenchmark("sha256_of_token", hash_text);
  register_l1<by_number>("look_up");
  register_l1<by_text>("decision");
  register_table<L1Table>("l1");
  register_table<MutexTable>("map_and_mutex");
  register_table<RwLockTable>("map_and_rwlock");
}

}  // namespace
}  // namespace zenzefi::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) {
    return 1;
  }
  zenzefi::bench::register_all();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
