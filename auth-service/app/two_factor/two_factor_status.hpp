#pragma once

#include <cstddef>

#include "app/database.hpp"

namespace zenzefi::app {

// Whether one's own account asks for a second factor. Thread-safe.
class TwoFactorStatus {
 public:
  struct Output {
    bool enabled = false;
    std::size_t backup_codes_left = 0;
  };

  explicit TwoFactorStatus(Database& database) : database_(database) {}

  domain::Result<Output> run(const Uuid& user_id) {
    return database_.read([&](const Transaction& transaction) -> domain::Result<Output> {
      const auto factor = transaction.two_factor().find(user_id);
      if (!factor || !factor->enabled_at) {
        return Output{};
      }
      return Output{true, transaction.two_factor().count_backup_codes(user_id)};
    });
  }

 private:
  Database& database_;
};

}  // namespace zenzefi::app
