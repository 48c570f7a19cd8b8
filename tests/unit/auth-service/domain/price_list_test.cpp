#include "domain/price_list.hpp"

#include <gtest/gtest.h>

namespace zenzefi::domain {
namespace {

TEST(PriceList, DefaultPrices) {
  const PriceList list{{}};
  EXPECT_EQ(list.find(1), Money::from_cents(1'00));
  EXPECT_EQ(list.find(12), Money::from_cents(10'00));
  EXPECT_EQ(list.find(24), Money::from_cents(18'00));
  EXPECT_EQ(list.find(168), Money::from_cents(100'00));
  EXPECT_EQ(list.find(720), Money::from_cents(300'00));
}

TEST(PriceList, OtherDurationsAreNotOnSale) {
  const PriceList list{{}};
  for (const std::uint32_t duration : {0U, 2U, 23U, 25U, 721U, 4294967295U}) {
    EXPECT_EQ(list.find(duration), std::nullopt) << duration;
  }
}

TEST(PriceList, ItemsAreSetAndShortestFirst) {
  PriceList::Prices prices;
  prices.one_day = Money::from_cents(7'77);
  const PriceList list{prices};
  ASSERT_EQ(list.items().size(), 5U);
  EXPECT_EQ(list.items().front().duration_hours, 1U);
  EXPECT_EQ(list.items()[2].price, Money::from_cents(7'77));
  EXPECT_EQ(list.items().back().duration_hours, 720U);
}

}  // namespace
}  // namespace zenzefi::domain
