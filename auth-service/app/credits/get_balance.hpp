#pragma once

#include "app/database.hpp"
#include "domain/money.hpp"

namespace zenzefi::app {

// Thread-safe.
class GetBalance {
 public:
  explicit GetBalance(Database& database) : database_(database) {}

  // kNotFound when the account is gone.
  domain::Result<domain::Money> run(const Uuid& user_id);

 private:
  Database& database_;
};

}  // namespace zenzefi::app
