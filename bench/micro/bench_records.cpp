// A grant on its way between Redis, shared memory and headers, as text.
#include <benchmark/benchmark.h>

#include <string>

#include "tables.hpp"

namespace zenzefi::bench {
namespace {

Grant some_grant() {
  Grant grant = grant_number(1);
  grant.user_id = grant_number(2).token_id;
  return grant;
}

void parse_record(benchmark::State& state, const GrantRecord& record) {
  const std::string json = format_grant_record(record);
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_grant_record(json));
  }
}

void write_record(benchmark::State& state, const GrantRecord& record) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(format_grant_record(record));
  }
}

// What other programs may leave there, and guesses at how to break in: refused, and how soon.
void parse_nonsense(benchmark::State& state) {
  const std::string json(kMaxGrantRecordLength, '[');
  for (auto _ : state) {
    benchmark::DoNotOptimize(parse_grant_record(json));
  }
}

BENCHMARK_CAPTURE(parse_record, grant, some_grant());
BENCHMARK_CAPTURE(parse_record, tombstone, Tombstone{});
BENCHMARK_CAPTURE(write_record, grant, some_grant());
BENCHMARK_CAPTURE(write_record, tombstone, Tombstone{});
BENCHMARK(parse_nonsense);

}  // namespace
}  // namespace zenzefi::bench
