#pragma once

#include <string>
#include <string_view>

#include "app/database.hpp"
#include "app/one_time_codes.hpp"
#include "app/token_sealer.hpp"
#include "domain/error.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

enum class CodeMatch { kWrong, kOneTimeCode, kBackupCode };

// Holds what somebody typed against their second factor. Thread-safe.
class SecondFactorCheck {
 public:
  SecondFactorCheck(TokenSealer& sealer, const OneTimeCodes& codes, const Clock& clock)
      : sealer_(sealer), codes_(codes), clock_(clock) {}

  // A code that is right is used up. The user's row is held. Spaces and hyphens do not count, as
  // people copy them from where codes are shown in groups. kInternal: the secret does not open.
  [[nodiscard]] domain::Result<CodeMatch> use(Transaction& transaction, const Uuid& user_id,
                                              const SecondFactor& factor, std::string_view code);

 private:
  domain::Result<CodeMatch> use_one_time_code(Transaction& transaction, const Uuid& user_id,
                                              const SecondFactor& factor, std::string_view code);

  TokenSealer& sealer_;
  const OneTimeCodes& codes_;
  const Clock& clock_;
};

// Of somebody who changed their own second factor, or used it.
[[nodiscard]] AuditLog::NewEntry two_factor_entry(domain::AuditAction action, const Uuid& user_id,
                                                  const std::string& ip_address);

}  // namespace zenzefi::app
