// The thread that keeps Redis informed of what ends access.
#pragma once

#include <chrono>

#include "app/tokens/inform_cache.hpp"
#include "commands/periodic.hpp"

namespace zenzefi::commands {

// Works from construction to destruction.
class InformWorker {
 public:
  InformWorker(app::Database& database, app::GrantCache& cache, const Clock& clock);

 private:
  std::chrono::milliseconds round();

  app::InformCache inform_cache_;
  bool informed_ = true;
  Periodic thread_;  // the last member: it uses the others
};

}  // namespace zenzefi::commands
