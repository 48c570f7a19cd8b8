// What purchases and extensions of access tokens have in common.
#pragma once

#include <cstdint>

#include "domain/error.hpp"
#include "domain/money.hpp"
#include "domain/price_list.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// The price; kRuleViolated for a duration that is not on sale.
[[nodiscard]] domain::Result<domain::Money> price_of(const domain::PriceList& prices,
                                                     std::uint32_t duration_hours);

// kForbidden for an inactive account: it may have become so since the request was let in.
// kInsufficientBalance, with the contract's sentence.
[[nodiscard]] domain::Result<void> require_can_pay(const domain::User& user, domain::Money price);

}  // namespace zenzefi::app
