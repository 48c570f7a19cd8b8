// One set of a SlotTable, and its words as the head of slot_table.hpp draws them.
#pragma once

#include <gtest/gtest.h>

#include <atomic>

#include "l1/slot_table.hpp"
#include "samples.hpp"
#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::gateway::test {

class OneSet : public testing::Test {
 protected:
  using Table = SlotTable<3, 64>;
  using Word = std::atomic<std::uint64_t>;

  static constexpr std::uint64_t kForever = ~std::uint64_t{0};
  static constexpr std::size_t kWays = Table::kWays;

  [[nodiscard]] static HashWords key(std::uint16_t tag, std::uint64_t rest = 0) {
    return HashWords{hash_with(0, tag, rest)};
  }
  [[nodiscard]] static Table::Value value(std::uint64_t what, std::uint64_t life = kForever) {
    return {life, what, ~what};
  }

  bool put(const HashWords& where, std::uint64_t what, std::uint32_t use = 1) {
    return table_.put(where, value(what), table_.generation(where), {0, use});
  }
  // 0 for none.
  std::uint64_t found(const HashWords& where, std::uint32_t use = 1) {
    const auto result = table_.find(where, use);
    return result ? (*result)[1] : 0;
  }
  void fill(std::uint32_t use = 1) {
    for (std::uint16_t i = 0; i < kWays; ++i) {
      ASSERT_TRUE(put(key(i), 100 + i, use + i));
    }
  }

  [[nodiscard]] Word& control(std::size_t way) const {
    return static_cast<Word*>(memory_.data())[way];
  }
  [[nodiscard]] Word& generation() const { return static_cast<Word*>(memory_.data())[8]; }

  SharedMemory memory_{Table::size_of(1)};
  Word stamps_{0};
  TableCounters counters_{};
  Table table_{memory_.data(), 1, stamps_, counters_};
};

}  // namespace zenzefi::gateway::test
