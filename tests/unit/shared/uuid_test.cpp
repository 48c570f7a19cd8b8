#include "shared/uuid.hpp"

#include <gtest/gtest.h>

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
