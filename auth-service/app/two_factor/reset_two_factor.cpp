#include "app/two_factor/reset_two_factor.hpp"

#include "app/field_check.hpp"

namespace zenzefi::app {

domain::Result<ResetTwoFactor::Output> ResetTwoFactor::run(const std::string& email) {
  if (const auto valid = require_valid({{"email", domain::email_problem(email)}}); !valid) {
    return tl::unexpected{valid.error()};
  }
  return database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    const auto found = transaction.users().find_by_email(email);
    auto user = found ? transaction.users().lock(found->id) : std::nullopt;
    if (!user) {
      return domain::fail(domain::ErrorCode::kNotFound, "User not found");
    }
    const auto factor = transaction.two_factor().find(user->id);
    const bool was_enabled = factor && factor->enabled_at;
    transaction.two_factor().remove(user->id);
    if (was_enabled) {
      transaction.audit().append({.action = domain::AuditAction::kTwoFactorDisabled,
                                  .account_id = user->id,
                                  .target_type = domain::AuditTarget::kAccount,
                                  .target_id = user->id});
    }
    return Output{*std::move(user), was_enabled};
  });
}

}  // namespace zenzefi::app
