#include "app/two_factor/disable_two_factor.hpp"

namespace zenzefi::app {

using domain::AuditAction;
using domain::ErrorCode;

domain::Result<void> DisableTwoFactor::run(const Input& input) {
  return check_.limited(input.user_id, ErrorCode::kRuleViolated, [&] { return disable(input); });
}

domain::Result<void> DisableTwoFactor::disable(const Input& input) {
  return database_.run([&](Transaction& transaction) -> domain::Result<void> {
    if (!transaction.users().lock(input.user_id)) {
      return domain::fail(ErrorCode::kNotFound, "User not found");
    }
    const auto factor = transaction.two_factor().find(input.user_id);
    if (!factor || !factor->enabled_at) {
      return domain::fail(ErrorCode::kConflict, "Two-factor authentication is not enabled");
    }
    const auto match = check_.use(transaction, input.user_id, *factor, input.code);
    if (!match) {
      return tl::unexpected{match.error()};
    }
    if (*match == CodeMatch::kWrong) {
      return domain::fail(ErrorCode::kRuleViolated, "Invalid one-time code");
    }
    transaction.two_factor().remove(input.user_id);
    if (*match == CodeMatch::kBackupCode) {
      transaction.audit().append(
          two_factor_entry(AuditAction::kBackupCodeUsed, input.user_id, input.ip_address));
    }
    transaction.audit().append(
        two_factor_entry(AuditAction::kTwoFactorDisabled, input.user_id, input.ip_address));
    return {};
  });
}

}  // namespace zenzefi::app
