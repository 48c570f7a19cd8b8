#pragma once

#include "config/settings.hpp"

namespace zenzefi::commands {

// Answers requests until SIGTERM or SIGINT, then finishes those under way. Returns the exit status.
[[nodiscard]] int serve(const config::ServiceSettings& settings);

}  // namespace zenzefi::commands
