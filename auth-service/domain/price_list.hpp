// The durations on sale and what each costs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "domain/money.hpp"

namespace zenzefi::domain {

struct Price {
  std::uint32_t duration_hours = 0;
  Money price;
};

// Immutable.
class PriceList {
 public:
  // In the order of the durations; none may be negative.
  struct Prices {
    Money one_hour = Money::from_cents(1'00);
    Money twelve_hours = Money::from_cents(10'00);
    Money one_day = Money::from_cents(18'00);
    Money seven_days = Money::from_cents(100'00);
    Money thirty_days = Money::from_cents(300'00);
  };

  explicit PriceList(const Prices& prices);

  // Empty for a duration that is not on sale.
  [[nodiscard]] std::optional<Money> find(std::uint32_t duration_hours) const noexcept;

  // Shortest first.
  [[nodiscard]] std::span<const Price> items() const noexcept { return items_; }

 private:
  std::array<Price, 5> items_;
};

}  // namespace zenzefi::domain
