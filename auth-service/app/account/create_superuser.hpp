#pragma once

#include <string>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/password_hasher.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// Makes sure that an active administrator with this e-mail exists: creates one, or promotes and
// reactivates the account that has it. Never touches an existing account's password. Thread-safe.
class CreateSuperuser {
 public:
  struct Input {
    std::string email;
    std::string username;
    std::string password;
  };
  struct Output {
    domain::User user;
    bool created = false;   // else it existed
    bool promoted = false;  // it existed, and was no active administrator until now
  };

  CreateSuperuser(Database& database, PasswordHasher& hasher, Entropy& entropy)
      : database_(database), hasher_(hasher), entropy_(entropy) {}

  // kRuleViolated: the username belongs to another account, or a field breaks
  // domain/validation.hpp.
  domain::Result<Output> run(const Input& input);

 private:
  domain::Result<std::optional<Output>> promote(const std::string& email);
  domain::Result<Output> create(const Input& input);

  Database& database_;
  PasswordHasher& hasher_;
  Entropy& entropy_;
};

}  // namespace zenzefi::app
