#include "shared/timestamp.hpp"

#include <gtest/gtest.h>

namespace zenzefi {
namespace {

constexpr Timestamp kTime =
    std::chrono::sys_days{std::chrono::year{2025} / 10 / 15} + std::chrono::hours{11};

TEST(Timestamp, FormatsWithZ) {
  EXPECT_EQ(format_timestamp(kTime), "2025-10-15T11:00:00Z");
}

TEST(Timestamp, FormatsTheFirstAndTheLast) {
  for (const char* text : {"1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"}) {
    EXPECT_EQ(format_timestamp(parse_timestamp(text).value()), text);
  }
}

TEST(PreciseTimestamp, HasMilliseconds) {
  using std::chrono::milliseconds;
  const PreciseTimestamp time = kTime + milliseconds{7};
  EXPECT_EQ(format_precise_timestamp(time), "2025-10-15T11:00:00.007Z");
  EXPECT_EQ(parse_precise_timestamp("2025-10-15T11:00:00.007Z"), time);
  EXPECT_EQ(parse_precise_timestamp("2025-10-15T13:00:00,0079999+02:00"), time);
  EXPECT_EQ(parse_precise_timestamp("2025-10-15T11:00:00.5"), kTime + milliseconds{500});
  EXPECT_EQ(parse_precise_timestamp("2025-10-15T11:00:00Z"), PreciseTimestamp{kTime});
  EXPECT_EQ(parse_precise_timestamp("2025-10-15T11:00:00."), std::nullopt);
}

class TimestampForm : public testing::TestWithParam<const char*> {};

TEST_P(TimestampForm, IsTheSameInstant) {
  EXPECT_EQ(parse_timestamp(GetParam()), kTime);
}

INSTANTIATE_TEST_SUITE_P(All, TimestampForm,
                         testing::Values("2025-10-15T11:00:00Z", "2025-10-15T11:00:00",
                                         "2025-10-15 11:00:00", "2025-10-15t11:00:00z",
                                         "2025-10-15T11:00:00.999999", "2025-10-15T11:00:00.5Z",
                                         "2025-10-15T13:00:00+02:00", "2025-10-15T13:00:00+0200",
                                         "2025-10-15T13:00:00.123+02",
                                         "2025-10-15T05:30:00-05:30"));

class NoTimestamp : public testing::TestWithParam<const char*> {};

TEST_P(NoTimestamp, IsRefused) {
  EXPECT_EQ(parse_timestamp(GetParam()), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    All, NoTimestamp,
    testing::Values("", "2025-10-15", "2025-10-15T11:00", "2025-02-30T11:00:00Z",
                    "2025-13-01T11:00:00Z", "2025-10-15T24:00:00Z", "2025-10-15T11:60:00Z",
                    "2025-10-15T11:00:61Z", "2025-10-15T11:00:00ZZ", "2025-10-15T11:00:00 Z",
                    "2025-10-15T11:00:00.Z", "2025-10-15T11:00:00+", "2025-10-15T11:00:00+25:00",
                    "2025-10-15T11:00:00+01:60", "2025-10-15T11:00:00+01:", "-025-10-15T11:00:00Z",
                    "1969-12-31T23:59:59Z", "1760526000"));

}  // namespace
}  // namespace zenzefi
