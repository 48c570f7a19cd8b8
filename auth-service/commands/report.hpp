#pragma once

#include "domain/error.hpp"

namespace zenzefi::commands {

// Says on standard error why a command failed; returns its exit status.
[[nodiscard]] int report(const domain::Error& error);

}  // namespace zenzefi::commands
