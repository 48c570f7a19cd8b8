#include "app/two_factor/second_factor_check.hpp"

#include <algorithm>

#include "app/secret_hash.hpp"
#include "shared/ascii.hpp"

namespace zenzefi::app {
namespace {

constexpr std::size_t kOneTimeCodeLength = 6;

// Letters of backup codes are small ones.
std::string normalized(std::string_view code) {
  std::string text;
  for (const char c : code) {
    if (c != ' ' && c != '-') {
      text.push_back(to_lower(c));
    }
  }
  return text;
}

bool is_one_time_code(std::string_view text) {
  return text.size() == kOneTimeCodeLength && std::ranges::all_of(text, is_digit);
}

}  // namespace

domain::Result<CodeMatch> SecondFactorCheck::use(Transaction& transaction, const Uuid& user_id,
                                                 const SecondFactor& factor,
                                                 std::string_view code) {
  const std::string text = normalized(code);
  if (is_one_time_code(text)) {
    return use_one_time_code(transaction, user_id, factor, text);
  }
  const auto hash = secret_hash(text);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  return transaction.two_factor().use_backup_code(user_id, *hash, clock_.now())
             ? CodeMatch::kBackupCode
             : CodeMatch::kWrong;
}

domain::Result<CodeMatch> SecondFactorCheck::use_one_time_code(Transaction& transaction,
                                                               const Uuid& user_id,
                                                               const SecondFactor& factor,
                                                               std::string_view code) {
  const auto secret = sealer_.open(factor.sealed_secret, user_id);
  if (!secret) {
    return tl::unexpected{secret.error()};
  }
  const auto step = codes_.step_of(code, *secret, clock_.now());
  if (!step || (factor.last_step && *step <= *factor.last_step)) {
    return CodeMatch::kWrong;
  }
  // Sealed anew at each use, so that a previous key has an end.
  const auto sealed = sealer_.seal(*secret, user_id);
  if (!sealed) {
    return tl::unexpected{sealed.error()};
  }
  transaction.two_factor().accept(user_id, *step, *sealed);
  return CodeMatch::kOneTimeCode;
}

AuditLog::NewEntry two_factor_entry(domain::AuditAction action, const Uuid& user_id,
                                    const std::string& ip_address) {
  return {.action = action,
          .account_id = user_id,
          .actor_id = user_id,
          .target_type = domain::AuditTarget::kAccount,
          .target_id = user_id,
          .ip_address = ip_address};
}

}  // namespace zenzefi::app
