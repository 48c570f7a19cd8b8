// Takes over what the earlier Python deployment left.
#pragma once

#include "commands/command_line.hpp"
#include "config/settings.hpp"

namespace zenzefi::commands {

// Prints what was taken, and each user and token that was not. The exit status: 0 also when
// something could not be taken.
[[nodiscard]] int import_accounts(const ImportCommand& command,
                                  const config::ImportSettings& settings);

}  // namespace zenzefi::commands
