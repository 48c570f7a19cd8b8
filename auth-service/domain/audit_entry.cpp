#include "domain/audit_entry.hpp"

namespace zenzefi::domain {

std::string_view to_string(AuditAction action) noexcept {
  switch (action) {
    case AuditAction::kAccountRegistered:
      return "account.registered";
    case AuditAction::kAccountImported:
      return "account.imported";
    case AuditAction::kAccountUpdated:
      return "account.updated";
    case AuditAction::kAccountCredited:
      return "account.credited";
    case AuditAction::kAccountDeactivated:
      return "account.deactivated";
    case AuditAction::kAccountReactivated:
      return "account.reactivated";
    case AuditAction::kPasswordChanged:
      return "account.password_changed";
    case AuditAction::kTwoFactorEnabled:
      return "account.two_factor_enabled";
    case AuditAction::kTwoFactorDisabled:
      return "account.two_factor_disabled";
    case AuditAction::kBackupCodeUsed:
      return "account.backup_code_used";
    case AuditAction::kRoleChanged:
      return "account.role_changed";
    case AuditAction::kSuperuserCreated:
      return "account.superuser_created";
    case AuditAction::kSuperuserPromoted:
      return "account.superuser_promoted";
    case AuditAction::kLoginSucceeded:
      return "login.succeeded";
    case AuditAction::kLoginFailed:
      return "login.failed";
    case AuditAction::kSessionEnded:
      return "session.ended";
    case AuditAction::kRefreshTokenReused:
      return "session.refresh_token_reused";
    case AuditAction::kCreditsPurchased:
      return "credits.purchased";
    case AuditAction::kPaymentHeld:
      return "payment.held";
    case AuditAction::kPaymentRefunded:
      return "payment.refunded";
    case AuditAction::kTokenPurchased:
      return "token.purchased";
    case AuditAction::kTokenExtended:
      return "token.extended";
    case AuditAction::kTokenActivated:
      return "token.activated";
    case AuditAction::kTokenRevoked:
      break;
  }
  return "token.revoked";
}

std::string_view to_string(AuditTarget target) noexcept {
  switch (target) {
    case AuditTarget::kAccount:
      return "account";
    case AuditTarget::kSession:
      return "session";
    case AuditTarget::kToken:
      return "token";
    case AuditTarget::kPayment:
      return "payment";
    case AuditTarget::kTransaction:
      break;
  }
  return "transaction";
}

}  // namespace zenzefi::domain
