#pragma once

#include "domain/error.hpp"
#include "domain/money.hpp"

namespace zenzefi::app {

// kRuleViolated when the sum would be above domain::kMaxBalance.
[[nodiscard]] domain::Result<void> require_balance_fits(domain::Money balance, domain::Money added);

}  // namespace zenzefi::app
