// What writers leave behind that were killed, or stopped and went on later. Their traces are put
// into the table by hand.
#include "slot_table_fixture.hpp"

namespace zenzefi::gateway {
namespace {

class SlotTableWritersTest : public test::OneSet {
 protected:
  static constexpr std::uint64_t kLongAgo = 5000;

  [[nodiscard]] Word& payload(std::size_t way, std::size_t word) const {
    constexpr std::size_t kFirst = 16;
    constexpr std::size_t kWords = 4 + 3 + 1;
    return static_cast<Word*>(memory_.data())[kFirst + way * kWords + word];
  }
};

TEST_F(SlotTableWritersTest, LeavesASlotToTheWriterThatIsAtIt) {
  for (std::size_t way = 0; way < kWays; ++way) {
    control(way) = ControlWord::busy(stamps_++).bits();
  }
  EXPECT_FALSE(put(key(1), 11));
  EXPECT_EQ(found(key(1)), 0U);
}

TEST_F(SlotTableWritersTest, LeavesASlotToAWriterWithALaterStamp) {
  for (std::size_t way = 0; way < kWays; ++way) {
    control(way) = ControlWord::busy(stamps_ + 1 + way).bits();
  }
  EXPECT_FALSE(put(key(1), 11));
}

TEST_F(SlotTableWritersTest, TakesOverTheSlotsOfKilledWriters) {
  for (std::size_t way = 0; way < kWays; ++way) {
    control(way) = ControlWord::busy(stamps_++).bits();
  }
  counters_.used = kWays;
  stamps_ += kLongAgo;
  fill();
  for (std::uint16_t i = 0; i < kWays; ++i) {
    EXPECT_EQ(found(key(i)), 100U + i);
  }
  EXPECT_EQ(counters_.used, kWays);
}

TEST_F(SlotTableWritersTest, TakesOverAlsoAfterStampsWrappedAround) {
  stamps_ = ControlWord::kStampMask - 100;
  control(0) = ControlWord::busy(stamps_++).bits();
  for (std::size_t way = 1; way < kWays; ++way) {
    control(way) = ControlWord::busy(stamps_ + kLongAgo).bits();
  }
  stamps_ += kLongAgo;
  EXPECT_TRUE(put(key(1), 11));
  EXPECT_EQ(found(key(1)), 11U);
}

TEST_F(SlotTableWritersTest, ANeighbourCanBeDroppedWhileASlotIsBusy) {
  ASSERT_TRUE(put(key(1), 11));
  control(3) = ControlWord::busy(stamps_++).bits();
  table_.drop(key(2));
  EXPECT_EQ(found(key(1)), 11U);
  EXPECT_TRUE(ControlWord{control(3)}.is_busy());
}

TEST_F(SlotTableWritersTest, AReaderNeverTakesAPayloadWithOneWordOfAnotherWrite) {
  ASSERT_TRUE(put(key(1), 11));
  for (std::size_t word = 0; word < 8; ++word) {
    const std::uint64_t right = payload(0, word);
    payload(0, word) = right ^ 1;
    EXPECT_EQ(found(key(1)), 0U) << word;
    payload(0, word) = right;
  }
  EXPECT_EQ(found(key(1)), 11U);
}

// A writer that slept while its slot was taken over, and wrote its own payload there afterwards.
TEST_F(SlotTableWritersTest, AReaderNeverTakesAWholePayloadOfAnotherWrite) {
  ASSERT_TRUE(put(key(1), 11));
  std::array<std::uint64_t, 8> of_the_first{};
  for (std::size_t word = 0; word < of_the_first.size(); ++word) {
    of_the_first[word] = payload(0, word);
  }
  ASSERT_TRUE(put(key(1), 12));
  ASSERT_EQ(found(key(1)), 12U);
  for (std::size_t word = 0; word < of_the_first.size(); ++word) {
    payload(0, word) = of_the_first[word];
  }
  EXPECT_EQ(found(key(1)), 0U);
  ASSERT_TRUE(put(key(1), 13));
  EXPECT_EQ(found(key(1)), 13U);
}

}  // namespace
}  // namespace zenzefi::gateway
