#include "domain/price_list.hpp"

#include <algorithm>

namespace zenzefi::domain {

PriceList::PriceList(const Prices& prices)
    : items_{{{1, prices.one_hour},
              {12, prices.twelve_hours},
              {24, prices.one_day},
              {168, prices.seven_days},
              {720, prices.thirty_days}}} {}

std::optional<Money> PriceList::find(std::uint32_t duration_hours) const noexcept {
  const auto item = std::ranges::find(items_, duration_hours, &Price::duration_hours);
  if (item == items_.end()) {
    return std::nullopt;
  }
  return item->price;
}

}  // namespace zenzefi::domain
