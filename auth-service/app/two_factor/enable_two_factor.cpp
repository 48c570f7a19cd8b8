#include "app/two_factor/enable_two_factor.hpp"

#include "app/secret_hash.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

domain::Result<std::vector<TokenHash>> hashes_of(const EnableTwoFactor::BackupCodes& codes) {
  std::vector<TokenHash> hashes;
  for (const std::string& code : codes) {
    const auto hash = secret_hash(code);
    if (!hash) {
      return tl::unexpected{hash.error()};
    }
    hashes.push_back(*hash);
  }
  return hashes;
}

domain::Result<SecondFactor> require_set_up(Transaction& transaction, const Uuid& user_id) {
  auto factor = transaction.two_factor().find(user_id);
  if (!factor) {
    return domain::fail(ErrorCode::kConflict, "Two-factor authentication is not set up");
  }
  if (factor->enabled_at) {
    return domain::fail(ErrorCode::kConflict, "Two-factor authentication is already enabled");
  }
  return *std::move(factor);
}

// In groups of four, as people read them.
EnableTwoFactor::BackupCodes grouped(EnableTwoFactor::BackupCodes codes) {
  constexpr std::size_t kGroup = 4;
  for (std::string& code : codes) {
    for (std::size_t at = kGroup; at < code.size(); at += kGroup + 1) {
      code.insert(at, 1, '-');
    }
  }
  return codes;
}

}  // namespace

domain::Result<EnableTwoFactor::BackupCodes> EnableTwoFactor::run(const Input& input) {
  BackupCodes codes;
  for (std::size_t i = 0; i < kBackupCodes; ++i) {
    codes.push_back(entropy_.backup_code());
  }
  const auto hashes = hashes_of(codes);
  if (!hashes) {
    return tl::unexpected{hashes.error()};
  }
  const auto enabled = check_.limited(input.user_id, ErrorCode::kRuleViolated,
                                      [&] { return enable(input, *hashes); });
  if (!enabled) {
    return tl::unexpected{enabled.error()};
  }
  return grouped(std::move(codes));
}

domain::Result<void> EnableTwoFactor::enable(const Input& input,
                                             const std::vector<TokenHash>& backup_codes) {
  return database_.run([&](Transaction& transaction) -> domain::Result<void> {
    if (!transaction.users().lock(input.user_id)) {
      return domain::fail(ErrorCode::kNotFound, "User not found");
    }
    const auto factor = require_set_up(transaction, input.user_id);
    if (!factor) {
      return tl::unexpected{factor.error()};
    }
    const auto match = check_.use(transaction, input.user_id, *factor, input.code);
    if (!match) {
      return tl::unexpected{match.error()};
    }
    if (*match == CodeMatch::kWrong) {
      return domain::fail(ErrorCode::kRuleViolated, "Invalid one-time code");
    }
    transaction.two_factor().enable(input.user_id, clock_.now());
    transaction.two_factor().add_backup_codes(input.user_id, backup_codes);
    transaction.audit().append(
        two_factor_entry(domain::AuditAction::kTwoFactorEnabled, input.user_id, input.ip_address));
    return {};
  });
}

}  // namespace zenzefi::app
