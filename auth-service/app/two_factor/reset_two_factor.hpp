#pragma once

#include <string>

#include "app/database.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// Takes the second factor off the account of somebody who has lost it, for an operator at the
// command line: an administrator may be the one who has lost it. Thread-safe.
class ResetTwoFactor {
 public:
  struct Output {
    domain::User user;
    bool was_enabled = false;
  };

  explicit ResetTwoFactor(Database& database) : database_(database) {}

  // kNotFound: nobody has this e-mail address.
  domain::Result<Output> run(const std::string& email);

 private:
  Database& database_;
};

}  // namespace zenzefi::app
