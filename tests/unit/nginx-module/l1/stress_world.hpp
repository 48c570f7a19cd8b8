// A small zone with a truth beside it, for many to work on at once: every answer of L1 can be
// checked, by threads and by processes.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>

#include "l1/cache.hpp"
#include "samples.hpp"
#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::gateway::test {

class StressWorld {
 public:
  // More than the zone has room for.
  static constexpr std::size_t kTokens = 160;

  StressWorld();

  // One random thing that a worker does: look a token up, fill it in, or hear of its change.
  void step(std::mt19937& random);

  [[nodiscard]] std::uint64_t steps() const noexcept { return truth_->steps; }
  [[nodiscard]] std::uint64_t hits() const noexcept { return truth_->hits; }
  [[nodiscard]] std::uint64_t wrong_owner() const noexcept { return truth_->wrong_owner; }
  [[nodiscard]] std::uint64_t after_drop() const noexcept { return truth_->after_drop; }

  // After all work has ended: how many slots of grants can still be filled and found.
  [[nodiscard]] std::size_t usable_slots();
  [[nodiscard]] std::size_t slots() const noexcept { return cache_.grants_usage().slots; }

 private:
  // A token's version is what PostgreSQL would say. Even: granted; odd: refused. `dropped` is the
  // newest version whose drop() has returned.
  struct Token {
    std::atomic<std::uint64_t> version;
    std::atomic<std::uint64_t> dropped;
  };
  struct Truth {
    std::array<Token, kTokens> tokens;
    std::atomic<std::uint64_t> steps;
    std::atomic<std::uint64_t> hits;
    std::atomic<std::uint64_t> wrong_owner;
    std::atomic<std::uint64_t> after_drop;
  };

  void look(std::size_t token);
  void fill(std::size_t token, std::uint32_t pause);
  void change(std::size_t token);
  void check(std::size_t token, const Finding& finding, std::uint64_t oldest);
  [[nodiscard]] Moment moment() const noexcept;

  SharedMemory zone_{L1Cache::min_size()};
  SharedMemory truth_memory_{sizeof(Truth)};
  Truth* truth_ = static_cast<Truth*>(truth_memory_.data());
  L1Cache cache_ = L1Cache::format(zone_.data(), zone_.size()).value();
  std::array<TokenHash, kTokens> hashes_;
};

}  // namespace zenzefi::gateway::test
