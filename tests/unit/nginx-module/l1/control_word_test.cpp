#include "l1/control_word.hpp"

#include <gtest/gtest.h>

namespace zenzefi::gateway {
namespace {

TEST(ControlWord, ZeroIsEmptyAndNothingElse) {
  const ControlWord empty;
  EXPECT_TRUE(empty.is_empty());
  EXPECT_FALSE(empty.is_busy());
  EXPECT_FALSE(empty.is_entry());
}

TEST(ControlWord, EveryTagMakesAnEntry) {
  for (std::uint64_t tag = 0; tag <= 0xFFFF; ++tag) {
    EXPECT_TRUE(ControlWord::entry(tag, 0, 0).is_entry()) << tag;
  }
}

TEST(ControlWord, BusyIsNeitherEmptyNorAnEntry) {
  const auto busy = ControlWord::busy(0);
  EXPECT_TRUE(busy.is_busy());
  EXPECT_FALSE(busy.is_empty());
  EXPECT_FALSE(busy.is_entry());
}

TEST(ControlWord, KeepsItsPartsApart) {
  const auto word = ControlWord::entry(0x1234, 0xABCDEF, 0x654321);
  EXPECT_EQ(word.stamp(), 0xABCDEFU);
  EXPECT_EQ(word.generation(), 0x654321U);
  EXPECT_TRUE(word.same_tag(ControlWord::entry(0x1234, 0, 0)));
  EXPECT_FALSE(word.same_tag(ControlWord::entry(0x1235, 0xABCDEF, 0x654321)));
  EXPECT_TRUE(word.same_tag_and_generation(ControlWord::entry(0x1234, 1, 0x654321)));
  EXPECT_FALSE(word.same_tag_and_generation(ControlWord::entry(0x1234, 0xABCDEF, 0x654322)));
  EXPECT_EQ(word.with_generation(7), ControlWord::entry(0x1234, 0xABCDEF, 7));
}

TEST(ControlWord, CutsStampAndGenerationToTheirBits) {
  EXPECT_EQ(ControlWord::entry(1, 0xFF000005, 0xFF000006), ControlWord::entry(1, 5, 6));
  EXPECT_TRUE(ControlWord::entry(1, 5, 6).has_generation(0xFF000006));
  EXPECT_EQ(ControlWord::entry(1, 5, 6).with_generation(0x1000000), ControlWord::entry(1, 5, 0));
}

TEST(ControlWord, TellsOlderGenerationsAlsoAroundTheWrap) {
  const auto word = ControlWord::entry(1, 0, 0xFFFFFE);
  EXPECT_FALSE(word.is_older_than(0xFFFFFD));
  EXPECT_FALSE(word.is_older_than(0xFFFFFE));
  EXPECT_TRUE(word.is_older_than(0xFFFFFF));
  EXPECT_TRUE(word.is_older_than(0x1000000));
  EXPECT_TRUE(word.is_older_than(3));
}

TEST(ControlWord, MeasuresStampsTheNearerWayRound) {
  const auto word = ControlWord::busy(0xFFFFFE);
  EXPECT_EQ(word.distance(0xFFFFFE), 0U);
  EXPECT_EQ(word.distance(3), 5U);
  EXPECT_EQ(word.distance(0x1000003), 5U);
  EXPECT_EQ(word.distance(0xFFFFF0), 14U);
}

}  // namespace
}  // namespace zenzefi::gateway
