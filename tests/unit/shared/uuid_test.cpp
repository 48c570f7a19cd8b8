#include "shared/uuid.hpp"

#include <gtest/gtest.h>

#include <iomanip>
#include <sstream>

namespace zenzefi {
namespace {

constexpr std::string_view kText = "123e4567-e89b-12d3-a456-426614174000";

TEST(Uuid, RoundTrip) {
  const auto uuid = Uuid::parse(kText);
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->bytes.front(), 0x12);
  EXPECT_EQ(uuid->bytes.back(), 0x00);
  EXPECT_EQ(uuid->to_string(), kText);
}

TEST(Uuid, EachByteIsWrittenWhereItStands) {
  for (std::size_t at = 0; at < 16; ++at) {
    for (unsigned value = 0; value < 256; ++value) {
      Uuid uuid;
      uuid.bytes[at] = static_cast<std::uint8_t>(value);
      std::ostringstream digits;
      digits << std::hex << std::setfill('0') << std::setw(2) << value;
      std::string expected = "00000000-0000-0000-0000-000000000000";
      const std::size_t dashes = (at >= 4) + (at >= 6) + (at >= 8) + (at >= 10);
      expected.replace(2 * at + dashes, 2, digits.str());
      EXPECT_EQ(uuid.to_string(), expected);
      EXPECT_EQ(Uuid::parse(expected), uuid);
    }
  }
}

TEST(Uuid, UpperCaseIsReadAndWrittenLower) {
  EXPECT_EQ(Uuid::parse("123E4567-E89B-12D3-A456-426614174000"), Uuid::parse(kText));
}

TEST(Uuid, OtherFormsAreRefused) {
  EXPECT_FALSE(Uuid::parse(""));
  EXPECT_FALSE(Uuid::parse("123e4567e89b12d3a456426614174000"));
  EXPECT_FALSE(Uuid::parse("{123e4567-e89b-12d3-a456-42661417400}"));
  EXPECT_FALSE(Uuid::parse("123e4567-e89b-12d3-a456-42661417400g"));
  EXPECT_FALSE(Uuid::parse("123e4567+e89b-12d3-a456-426614174000"));
}

}  // namespace
}  // namespace zenzefi
