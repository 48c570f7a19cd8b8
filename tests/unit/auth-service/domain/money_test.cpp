#include "domain/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace zenzefi::domain {
namespace {

using namespace std::string_literals;

struct Reading {
  const char* text;
  std::int64_t cents;
};

class MoneyReads : public testing::TestWithParam<Reading> {};

TEST_P(MoneyReads, WholeCents) {
  const auto money = Money::parse(GetParam().text);
  ASSERT_TRUE(money) << GetParam().text;
  EXPECT_EQ(money->cents(), GetParam().cents) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    All, MoneyReads,
    testing::Values(Reading{"0", 0}, Reading{"-0", 0}, Reading{"0.00", 0},
                    Reading{"0e999999999", 0}, Reading{"18", 1800}, Reading{"18.0", 1800},
                    Reading{"18.00", 1800}, Reading{"18.00000000000000000000", 1800},
                    Reading{"-3.50", -350}, Reading{"0.01", 1}, Reading{"0.1", 10},
                    Reading{"1.8e1", 1800}, Reading{"1.8E+1", 1800}, Reading{"1800e-2", 1800},
                    Reading{"100e-0002", 100}, Reading{"1000000000e-11", 1}, Reading{"1e0", 100},
                    Reading{"1e9", 100000000000}, Reading{"10.01", 1001}, Reading{"1001", 100100},
                    Reading{"9999999999.99", 999999999999},
                    Reading{"-9999999999.99", -999999999999},
                    Reading{"999999999999e-2", 999999999999}));

class NoMoney : public testing::TestWithParam<std::string> {};

TEST_P(NoMoney, IsRefused) {
  EXPECT_FALSE(Money::parse(GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(All, NoMoney,
                         testing::Values(""s, "-"s, "+1"s, " 1"s, "1 "s, "1\0"s, "01"s, "-01"s,
                                         "00"s, "1."s, ".5"s, "1.e1"s, "1e"s, "1e+"s, "1e1.5"s,
                                         "0x10"s, "1,5"s, "NaN"s, "Infinity"s, "1_0"s, "0.001"s,
                                         "0.005"s, "18.001"s, "1e-3"s, "1e-99999999999999999999"s,
                                         "10000000000"s, "10000000000.00"s, "1e10"s,
                                         "1e99999999999999999999"s, "99999999999.99"s,
                                         "1234567890123"s, "123456789012.3456"s,
                                         std::string(129, '1'), "0." + std::string(127, '0')));

TEST(Money, IsWrittenWithTwoDecimals) {
  EXPECT_EQ(Money{}.to_string(), "0.00");
  EXPECT_EQ(Money::from_cents(5).to_string(), "0.05");
  EXPECT_EQ(Money::from_cents(-50).to_string(), "-0.50");
  EXPECT_EQ(Money::from_cents(1800).to_string(), "18.00");
  EXPECT_EQ(Money::from_cents(999999999999).to_string(), "9999999999.99");
  EXPECT_EQ(Money::from_cents(std::numeric_limits<std::int64_t>::min()).to_string(),
            "-92233720368547758.08");
}

TEST(Money, ReadsWhatItWrites) {
  for (const std::int64_t cents : {0L, 1L, 99L, 100L, 101L, -1L, -12345L, 999999999999L}) {
    EXPECT_EQ(Money::parse(Money::from_cents(cents).to_string()), Money::from_cents(cents));
  }
}

TEST(Money, ShareOfNothingAndOfAll) {
  const Money price = Money::from_cents(1800);
  EXPECT_EQ(price.share(0, 86400), Money{});
  EXPECT_EQ(price.share(86400, 86400), price);
}

TEST(Money, ShareIsRoundedHalfEven) {
  EXPECT_EQ(Money::from_cents(1).share(1, 2), Money::from_cents(0));
  EXPECT_EQ(Money::from_cents(3).share(1, 2), Money::from_cents(2));
  EXPECT_EQ(Money::from_cents(5).share(1, 2), Money::from_cents(2));
  EXPECT_EQ(Money::from_cents(7).share(1, 2), Money::from_cents(4));
  EXPECT_EQ(Money::from_cents(-5).share(1, 2), Money::from_cents(-2));
  EXPECT_EQ(Money::from_cents(-7).share(1, 2), Money::from_cents(-4));
  EXPECT_EQ(Money::from_cents(100).share(1, 3), Money::from_cents(33));
  EXPECT_EQ(Money::from_cents(100).share(2, 3), Money::from_cents(67));
}

TEST(Money, ShareOfTheLargestAmountDoesNotOverflow) {
  const Money most = Money::from_cents(999999999999);
  const std::int64_t month = 720 * 3600;
  EXPECT_EQ(most.share(month - 1, month), Money::from_cents(999999614197));
  EXPECT_EQ(most.share(month, month), most);
}

// A share and its complement differ from the whole by at most a cent, whatever the rounding.
TEST(Money, SharesAddUp) {
  for (std::int64_t cents = 0; cents < 50; ++cents) {
    for (std::int64_t part = 0; part <= 24; ++part) {
      const Money whole = Money::from_cents(cents);
      const Money sum = whole.share(part, 24) + whole.share(24 - part, 24);
      EXPECT_LE(std::abs((sum - whole).cents()), 1);
    }
  }
}

}  // namespace
}  // namespace zenzefi::domain
