// Who did what to whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

enum class AuditAction {
  kAccountRegistered,
  kAccountImported,
  kAccountUpdated,
  kAccountCredited,
  kAccountDeactivated,
  kAccountReactivated,
  kPasswordChanged,
  kTwoFactorEnabled,
  kTwoFactorDisabled,
  kBackupCodeUsed,
  kRoleChanged,
  kSuperuserCreated,
  kSuperuserPromoted,
  kLoginSucceeded,
  kLoginFailed,
  kSessionEnded,
  kRefreshTokenReused,
  kCreditsPurchased,
  kPaymentHeld,
  kPaymentRefunded,
  kTokenPurchased,
  kTokenExtended,
  kTokenActivated,
  kTokenRevoked,
};

// "account.registered", "token.revoked" …: what it happened to, then what.
[[nodiscard]] std::string_view to_string(AuditAction action) noexcept;

enum class AuditTarget { kAccount, kSession, kToken, kTransaction, kPayment };

// "account", "session", "token", "transaction", "payment"
[[nodiscard]] std::string_view to_string(AuditTarget target) noexcept;

// As it is read back. An action or a target that a newer program wrote stays what it is, so these
// are text.
struct AuditEntry {
  std::int64_t id = 0;
  std::optional<Uuid> account_id;  // whom it concerns; empty when it concerns no account
  std::optional<Uuid> actor_id;    // empty: the command line, or somebody unknown
  std::string action;
  std::string target_type;
  std::optional<Uuid> target_id;
  std::string detail;      // a JSON object of strings, without secrets
  std::string ip_address;  // empty when unknown
  Timestamp created_at;
};

}  // namespace zenzefi::domain
