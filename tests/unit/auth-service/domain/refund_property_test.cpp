// What must hold for every refund, whatever the price and the moment.
#include <gtest/gtest.h>
#include <algorithm>
#include <cstdlib>

#include <rapidcheck.h>

#include "domain/access_token.hpp"
#include "domain/price_list.hpp"
#include "domain/validation.hpp"

namespace zenzefi::domain {
namespace {

using std::chrono::seconds;

constexpr Timestamp kActivation = std::chrono::sys_days{std::chrono::year{2025} / 10 / 15};

struct Sale {
  AccessToken token;
  std::int64_t length = 0;  // in seconds
};

Sale any_sale() {
  static const PriceList prices{{}};
  Sale sale;
  const auto item = *rc::gen::inRange<std::size_t>(0, prices.items().size());
  sale.token.duration_hours = prices.items()[item].duration_hours;
  sale.token.price_paid =
      Money::from_cents(*rc::gen::inRange<std::int64_t>(0, kMaxBalance.cents() + 1));
  sale.token.activated_at = kActivation;
  sale.length = sale.token.duration().count();
  return sale;
}

Timestamp any_moment(const Sale& sale) {
  return kActivation + seconds{*rc::gen::inRange<std::int64_t>(0, sale.length + 1)};
}

TEST(Refund, IsNeverNegativeNorAboveThePrice) {
  EXPECT_TRUE(rc::check([] {
    const Sale sale = any_sale();
    const Money refund = sale.token.refund_at(any_moment(sale));
    RC_ASSERT(refund.cents() >= 0);
    RC_ASSERT(refund.cents() <= sale.token.price_paid.cents());
  }));
}

TEST(Refund, NeverGrowsWithTime) {
  EXPECT_TRUE(rc::check([] {
    const Sale sale = any_sale();
    const Timestamp one = any_moment(sale);
    const Timestamp other = any_moment(sale);
    const auto [earlier, later] = std::minmax(one, other);
    RC_ASSERT(sale.token.refund_at(later).cents() <= sale.token.refund_at(earlier).cents());
  }));
}

// Exact: twice the distance from the true share is at most a cent, and a tie went to the even cent.
TEST(Refund, IsTheNearestCentAndOfTwoTheEvenOne) {
  EXPECT_TRUE(rc::check([] {
    const Sale sale = any_sale();
    const Timestamp moment = any_moment(sale);
    const std::int64_t left = sale.length - (moment - kActivation).count();
    const std::int64_t refund = sale.token.refund_at(moment).cents();
    // Below 2^63: at most 10^12 cents times 2,592,000 seconds, doubled.
    const std::int64_t twice_off =
        2 * (sale.token.price_paid.cents() * left - refund * sale.length);
    RC_ASSERT(std::abs(twice_off) <= sale.length);
    RC_ASSERT(std::abs(twice_off) != sale.length || refund % 2 == 0);
  }));
}

TEST(Refund, IsTheWholePriceUntilTheClockRuns) {
  EXPECT_TRUE(rc::check([] {
    Sale sale = any_sale();
    sale.token.activated_at.reset();
    RC_ASSERT(sale.token.refund_at(any_moment(sale)) == sale.token.price_paid);
  }));
}

}  // namespace

}  // namespace zenzefi::domain
