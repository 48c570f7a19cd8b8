#pragma once

#include "app/database.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// Thread-safe.
class GetProfile {
 public:
  explicit GetProfile(Database& database) : database_(database) {}

  // kNotFound when the account is gone.
  domain::Result<domain::User> run(const Uuid& user_id);

 private:
  Database& database_;
};

}  // namespace zenzefi::app
