#include "app/tokens/sale.hpp"

#include <string>

namespace zenzefi::app {

using domain::ErrorCode;

domain::Result<domain::Money> price_of(const domain::PriceList& prices,
                                       std::uint32_t duration_hours) {
  if (const auto price = prices.find(duration_hours)) {
    return *price;
  }
  std::string durations;
  for (const domain::Price& item : prices.items()) {
    durations += (durations.empty() ? "" : ", ") + std::to_string(item.duration_hours);
  }
  return domain::fail(ErrorCode::kRuleViolated,
                      "Invalid duration. Must be one of: " + durations + " hours");
}

domain::Result<void> require_can_pay(const domain::User& user, domain::Money price) {
  if (!user.is_active) {
    return domain::fail(ErrorCode::kForbidden, "Account is inactive");
  }
  if (user.currency_balance < price) {
    return domain::fail(ErrorCode::kInsufficientBalance,
                        "Insufficient balance. Required: " + price.to_string() +
                            " ZNC, Available: " + user.currency_balance.to_string() + " ZNC");
  }
  return {};
}

}  // namespace zenzefi::app
