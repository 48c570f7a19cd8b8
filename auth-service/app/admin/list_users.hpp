#pragma once

#include <optional>
#include <string>

#include "app/database.hpp"
#include "domain/page.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

// All accounts, newest first. Thread-safe.
class ListUsers {
 public:
  struct Input {
    std::optional<std::string> search;  // a part of the e-mail, the username or the full name
    domain::PageRequest page;
  };

  explicit ListUsers(Database& database) : database_(database) {}

  domain::Result<domain::Page<domain::User>> run(const Input& input) {
    return database_.read(
        [&](const Transaction& transaction) -> domain::Result<domain::Page<domain::User>> {
          return transaction.users().search(input.search, input.page);
        });
  }

 private:
  Database& database_;
};

}  // namespace zenzefi::app
