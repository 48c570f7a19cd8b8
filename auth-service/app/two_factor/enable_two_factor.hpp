#pragma once

#include <string>
#include <vector>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/two_factor/second_factor_check.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

inline constexpr std::size_t kBackupCodes = 10;

// Asks for the second factor from now on, once somebody has shown that they have it. Thread-safe.
class EnableTwoFactor {
 public:
  struct Input {
    Uuid user_id;
    std::string code;
    std::string ip_address;
  };
  // Each good once instead of a one-time code. Shown now and never again.
  using BackupCodes = std::vector<std::string>;

  EnableTwoFactor(Database& database, SecondFactorCheck& check, Entropy& entropy,
                  const Clock& clock)
      : database_(database), check_(check), entropy_(entropy), clock_(clock) {}

  // kRuleViolated: the code is wrong. kTooManyRequests: too many were. kConflict: there is nothing
  // to enable, or it is enabled.
  domain::Result<BackupCodes> run(const Input& input);

 private:
  domain::Result<void> enable(const Input& input, const std::vector<TokenHash>& backup_codes);

  Database& database_;
  SecondFactorCheck& check_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
