#pragma once

#include "app/database.hpp"
#include "app/grant_cache.hpp"

namespace zenzefi::app {

// Asks what the service depends on. Thread-safe.
class CheckHealth {
 public:
  struct Output {
    bool postgres = false;
    bool redis = false;

    // Without Redis the service is slower and still right.
    [[nodiscard]] bool can_serve() const noexcept { return postgres; }
  };

  CheckHealth(Database& database, GrantCache& cache) : database_(database), cache_(cache) {}

  Output run();

 private:
  Database& database_;
  GrantCache& cache_;
};

}  // namespace zenzefi::app
