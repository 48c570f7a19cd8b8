#include "app/balance.hpp"

#include "domain/validation.hpp"

namespace zenzefi::app {

domain::Result<void> require_balance_fits(domain::Money balance, domain::Money added) {
  if (balance + added > domain::kMaxBalance) {
    return domain::fail(domain::ErrorCode::kRuleViolated,
                        "The balance cannot exceed " + domain::kMaxBalance.to_string() + " ZNC");
  }
  return {};
}

}  // namespace zenzefi::app
