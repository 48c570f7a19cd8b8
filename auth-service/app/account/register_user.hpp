#pragma once

#include <optional>
#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/password_hasher.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// Opens an account with an empty balance. Slow (one password hash). Thread-safe.
class RegisterUser {
 public:
  struct Input {
    std::string email;
    std::string username;
    std::string password;
    std::optional<std::string> full_name;
    std::string ip_address = {};  // empty when unknown
  };

  RegisterUser(Database& database, PasswordHasher& hasher, Entropy& entropy)
      : database_(database), hasher_(hasher), entropy_(entropy) {}

  // kRuleViolated: e-mail or username taken, or a field that breaks domain/validation.hpp.
  domain::Result<domain::User> run(const Input& input);

 private:
  Database& database_;
  PasswordHasher& hasher_;
  Entropy& entropy_;
};

}  // namespace zenzefi::app
