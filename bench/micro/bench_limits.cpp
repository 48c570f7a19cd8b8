// What a limit adds to a request: counting it, and having it counted as under way.
#include <benchmark/benchmark.h>

#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "limits/connection_counts.hpp"
#include "limits/rate_limiter.hpp"
#include "tables.hpp"

namespace zenzefi::bench {
namespace {

using gateway::ConnectionCounts;
using gateway::Moment;
using gateway::ProcessIdentity;
using gateway::RateLimit;
using gateway::RateLimiter;

constexpr std::size_t kSets = 100'000;

Uuid id_of(std::uint64_t number) noexcept {
  Uuid id;
  std::memcpy(id.bytes.data(), &number, sizeof number);
  return id;
}

gateway::HashWords token_number(std::uint64_t number) noexcept {
  TokenHash hash;
  for (std::size_t i = 0; i < hash.bytes.size(); i += sizeof number) {
    const std::uint64_t word = mix(4 * number + i / sizeof number);
    std::memcpy(hash.bytes.data() + i, &word, sizeof word);
  }
  return gateway::HashWords{hash};
}

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

// Zeroed, as a fresh zone.
std::unique_ptr<void, Free> memory_of(std::size_t size) {
  void* memory = std::aligned_alloc(64, size);
  std::memset(memory, 0, size);
  return std::unique_ptr<void, Free>{memory};
}

// Of so many users, each asks in its turn; half of the requests are refused.
void count_request(benchmark::State& state) {
  const auto users = static_cast<std::uint64_t>(state.range(0));
  const auto memory = memory_of(RateLimiter::size_of(kSets));
  const auto words = std::make_unique<RateLimiter::Words>();
  RateLimiter limiter{memory.get(), kSets, *words};
  const RateLimit limit{std::chrono::milliseconds{2}, std::chrono::milliseconds{100}};
  std::uint64_t request = 0;
  for (auto _ : state) {
    const Moment now{std::chrono::milliseconds{1'000'000 + request / users}};
    const auto user = id_of(mix(request++) % users);
    benchmark::DoNotOptimize(limiter.allow(user, limit, now));
  }
}

// The request begins, and ends; `processes` have a part in the table.
void take_and_give_back(benchmark::State& state) {
  const auto tokens = static_cast<std::uint64_t>(state.range(0));
  const auto processes = state.range(1);
  const auto memory = memory_of(ConnectionCounts::size_of(kSets));
  const auto words = std::make_unique<ConnectionCounts::Words>();
  ConnectionCounts counts{memory.get(), kSets, *words};
  const auto self = ProcessIdentity::of(getpid());
  std::size_t place = 0;
  for (std::int64_t i = 0; i < processes; ++i) {
    place = counts.join(self).value();
  }
  std::uint64_t request = 0;
  for (auto _ : state) {
    const auto token = token_number(mix(request++) % tokens);
    const auto outcome = counts.take(token, 10, place);
    counts.give_back(outcome.lease, place);
  }
}

BENCHMARK(count_request)->Arg(1)->Arg(1'000)->Arg(100'000);
BENCHMARK(take_and_give_back)
    ->Args({1, 2})
    ->Args({1'000, 2})
    ->Args({100'000, 2})
    ->Args({1'000, 64});

}  // namespace
}  // namespace zenzefi::bench
