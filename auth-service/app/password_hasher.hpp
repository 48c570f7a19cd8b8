// Password hashing. Deliberately slow: called on the password pool only.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"

namespace zenzefi::app {

enum class PasswordMatch {
  kWrong,
  kRight,
  kRightButOutdated,  // bcrypt, or weaker parameters than today's: hash again and store
};

// Thread-safe.
class PasswordHasher {
 public:
  PasswordHasher() = default;
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;
  virtual ~PasswordHasher() = default;

  // Argon2id in PHC string form.
  virtual domain::Result<std::string> hash(std::string_view password) = 0;

  // `stored` is an Argon2id PHC string or a `$2a$`/`$2b$`/`$2y$` bcrypt hash; anything else is
  // kWrong.
  virtual PasswordMatch verify(std::string_view password, const std::string& stored) = 0;

  // Costs what verify() costs, for an account that does not exist.
  virtual void verify_nothing(std::string_view password) = 0;
};

}  // namespace zenzefi::app
