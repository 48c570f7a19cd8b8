#pragma once

#include <string>

#include "app/database.hpp"
#include "app/two_factor/second_factor_check.hpp"

namespace zenzefi::app {

// Asks for no second factor any more: one's own, by a code of it. Thread-safe.
class DisableTwoFactor {
 public:
  struct Input {
    Uuid user_id;
    std::string code;  // or a backup code
    std::string ip_address;
  };

  DisableTwoFactor(Database& database, SecondFactorCheck& check)
      : database_(database), check_(check) {}

  // kRuleViolated: the code is wrong. kTooManyRequests: too many were. kConflict: nothing is
  // enabled.
  domain::Result<void> run(const Input& input);

 private:
  domain::Result<void> disable(const Input& input);

  Database& database_;
  SecondFactorCheck& check_;
};

}  // namespace zenzefi::app
