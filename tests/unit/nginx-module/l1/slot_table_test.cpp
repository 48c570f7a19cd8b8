#include "l1/slot_table.hpp"

#include "slot_table_fixture.hpp"

namespace zenzefi::gateway {
namespace {

class SlotTableTest : public test::OneSet {};

TEST_F(SlotTableTest, FindsWhatWasPutAndNothingElse) {
  EXPECT_EQ(found(key(1)), 0U);
  ASSERT_TRUE(put(key(1), 11));
  EXPECT_EQ(found(key(1)), 11U);
  EXPECT_EQ(found(key(2)), 0U);
}

TEST_F(SlotTableTest, GivesTheWholeValueBack) {
  const Table::Value stored{kForever, 0x0123456789ABCDEF, 0};
  ASSERT_TRUE(table_.put(key(1), stored, table_.generation(key(1)), {0, 1}));
  EXPECT_EQ(table_.find(key(1), 1), stored);
}

TEST_F(SlotTableTest, TellsTokensWithTheSameTagApart) {
  ASSERT_TRUE(put(key(1, 10), 11));
  ASSERT_TRUE(put(key(1, 20), 22));
  EXPECT_EQ(found(key(1, 10)), 11U);
  EXPECT_EQ(found(key(1, 20)), 22U);
  EXPECT_EQ(found(key(1, 30)), 0U);
}

TEST_F(SlotTableTest, ReplacesTheTokensOwnEntry) {
  ASSERT_TRUE(put(key(1), 11));
  ASSERT_TRUE(put(key(1), 12));
  EXPECT_EQ(found(key(1)), 12U);
  EXPECT_EQ(counters_.used, 1U);
}

TEST_F(SlotTableTest, HoldsAsManyAsItHasWays) {
  fill();
  for (std::uint16_t i = 0; i < kWays; ++i) {
    EXPECT_EQ(found(key(i)), 100U + i);
  }
  EXPECT_EQ(counters_.used, kWays);
  EXPECT_EQ(counters_.evicted, 0U);
}

TEST_F(SlotTableTest, EvictsTheLeastRecentlyUsed) {
  fill(10);
  // 0 was put first and is used now; 1 is the oldest since.
  EXPECT_EQ(found(key(0), 50), 100U);
  ASSERT_TRUE(put(key(77), 177, 51));
  EXPECT_EQ(found(key(1)), 0U);
  EXPECT_EQ(found(key(0)), 100U);
  EXPECT_EQ(found(key(77)), 177U);
  EXPECT_EQ(counters_.used, kWays);
  EXPECT_EQ(counters_.evicted, 1U);
}

TEST_F(SlotTableTest, TakesOneThatExpiredBeforeOneInUse) {
  fill(10);
  ASSERT_TRUE(table_.put(key(5), value(105, 1000), table_.generation(key(5)), {0, 99}));
  ASSERT_TRUE(table_.put(key(77), value(177), table_.generation(key(77)), {1000, 100}));
  EXPECT_EQ(found(key(5)), 0U);
  EXPECT_EQ(found(key(0)), 100U);
  EXPECT_EQ(counters_.evicted, 0U);
}

TEST_F(SlotTableTest, FindsAlsoWhatHasExpired) {
  ASSERT_TRUE(table_.put(key(1), value(11, 5), table_.generation(key(1)), {1000, 1}));
  EXPECT_EQ(found(key(1)), 11U);
}

TEST_F(SlotTableTest, DropsTheTokenAndKeepsItsNeighbours) {
  fill();
  for (std::uint16_t gone = 0; gone < kWays; ++gone) {
    table_.drop(key(gone));
    for (std::uint16_t i = 0; i < kWays; ++i) {
      EXPECT_EQ(found(key(i)), i <= gone ? 0 : 100U + i) << gone << ' ' << i;
    }
  }
  EXPECT_EQ(counters_.used, 0U);
}

TEST_F(SlotTableTest, DropsATokenThatIsNotThere) {
  fill();
  table_.drop(key(77));
  for (std::uint16_t i = 0; i < kWays; ++i) {
    EXPECT_EQ(found(key(i)), 100U + i);
  }
}

TEST_F(SlotTableTest, NeverStoresWhatALookUpFromBeforeTheDropBrings) {
  const auto before = table_.generation(key(1));
  table_.drop(key(1));
  EXPECT_FALSE(table_.put(key(1), value(11), before, {0, 1}));
  EXPECT_EQ(found(key(1)), 0U);
  EXPECT_EQ(counters_.used, 0U);

  ASSERT_TRUE(put(key(1), 12));
  EXPECT_EQ(found(key(1)), 12U);
}

TEST_F(SlotTableTest, EraseTakesTheTokenAndLetsALookUpUnderWayStoreItsAnswer) {
  fill();
  const auto before = table_.generation(key(1));
  table_.erase(key(1));
  EXPECT_EQ(found(key(1)), 0U);
  EXPECT_EQ(found(key(2)), 102U);
  EXPECT_TRUE(table_.put(key(1), value(12), before, {0, 1}));
  EXPECT_EQ(found(key(1)), 12U);
}

TEST_F(SlotTableTest, EraseLeavesAnotherTokenWithTheSameTag) {
  ASSERT_TRUE(put(key(1, 10), 11));
  table_.erase(key(1, 20));
  EXPECT_EQ(found(key(1, 10)), 11U);
}

TEST_F(SlotTableTest, CarriesNeighboursOverTheWrapOfGenerations) {
  generation() = ControlWord::kGenerationMask - 2;
  ASSERT_TRUE(put(key(1), 11));
  const auto before = table_.generation(key(2));
  for (int i = 0; i < 6; ++i) {
    table_.drop(key(2));
    EXPECT_EQ(found(key(1)), 11U) << i;
    EXPECT_FALSE(table_.put(key(2), value(22), before, {0, 1})) << i;
  }
  EXPECT_GT(generation(), ControlWord::kGenerationMask);
}

// A generation has 24 bits in an entry, 64 in the set: after 2^24 drops they look alike again.
TEST_F(SlotTableTest, WhatALateWriterPublishedIsGoneBeforeGenerationsComeRound) {
  ASSERT_TRUE(put(key(1), 11));
  const std::uint64_t late = control(0);
  table_.drop(key(1));
  control(0) = late;
  EXPECT_EQ(found(key(1)), 0U);
  table_.drop(key(2));
  EXPECT_EQ(control(0), 0U);
}

TEST_F(SlotTableTest, StampsMayWrapAround) {
  stamps_ = ControlWord::kStampMask - 3;
  fill();
  for (std::uint16_t i = 0; i < kWays; ++i) {
    EXPECT_EQ(found(key(i)), 100U + i);
  }
}

TEST(SlotTable, SpreadsTokensOverItsSets) {
  constexpr std::size_t kSets = 64;
  constexpr std::uint64_t kTokens = kSets * 4;
  using Table = SlotTable<7, 1024>;
  const test::SharedMemory memory{Table::size_of(kSets)};
  std::atomic<std::uint64_t> stamps{0};
  TableCounters counters{};
  Table table{memory.data(), kSets, stamps, counters};
  EXPECT_EQ(table.slots(), kSets * 8);
  EXPECT_EQ(Table::size_of(kSets), table.slots() * 128);
  for (std::uint64_t i = 0; i < kTokens; ++i) {
    const HashWords key{test::hash_of(i)};
    ASSERT_TRUE(table.put(key, {~0ULL, i, 0, 0, 0, 0, 0}, table.generation(key), {0, 1}));
  }
  EXPECT_LT(counters.evicted, kTokens / 20);
  EXPECT_EQ(counters.used + counters.evicted, kTokens);
  std::size_t hits = 0;
  for (std::uint64_t i = 0; i < kTokens; ++i) {
    if (const auto value = table.find(HashWords{test::hash_of(i)}, 1)) {
      EXPECT_EQ((*value)[1], i);
      ++hits;
    }
  }
  EXPECT_EQ(hits, counters.used);
}

}  // namespace
}  // namespace zenzefi::gateway
