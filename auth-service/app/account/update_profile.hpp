#pragma once

#include <optional>
#include <string>

#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "app/password_hasher.hpp"
#include "domain/user.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Changes one's own name or password. A changed password ends every other session. Slow when a
// password is there. Thread-safe.
class UpdateProfile {
 public:
  struct Input {
    Principal principal;
    // Absent: stays. Present but empty (JSON null): is removed.
    std::optional<std::optional<std::string>> full_name;
    std::optional<std::string> password;
    std::optional<std::string> current_password;
  };

  UpdateProfile(Database& database, PasswordHasher& hasher, const Clock& clock,
                bool require_current_password)
      : database_(database),
        hasher_(hasher),
        clock_(clock),
        require_current_password_(require_current_password) {}

  // kRuleViolated: the current password is missing or wrong, or a field breaks
  // domain/validation.hpp. kConflict: the password was changed by somebody else meanwhile.
  // kNotFound: the account is gone.
  domain::Result<domain::User> run(const Input& input);

 private:
  struct PasswordChange {
    std::string from;
    std::string to;
  };
  domain::Result<std::optional<PasswordChange>> prepare_password(const Input& input);

  Database& database_;
  PasswordHasher& hasher_;
  const Clock& clock_;
  bool require_current_password_;
};

}  // namespace zenzefi::app
