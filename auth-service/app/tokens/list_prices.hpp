#pragma once

#include <span>

#include "domain/error.hpp"
#include "domain/price_list.hpp"

namespace zenzefi::app {

// Thread-safe. The list outlives the answer.
class ListPrices {
 public:
  explicit ListPrices(const domain::PriceList& prices) : prices_(prices) {}

  [[nodiscard]] domain::Result<std::span<const domain::Price>> run() const {
    return prices_.items();
  }

 private:
  const domain::PriceList& prices_;
};

}  // namespace zenzefi::app
