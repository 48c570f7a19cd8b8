// Does what the command line asks for.
#pragma once

#include "commands/command_line.hpp"

namespace zenzefi::commands {

// The program's exit status: 0 done, 1 failed, 2 settings that are wrong (each is named on standard
// error and nothing was done).
[[nodiscard]] int run(const Command& command);

}  // namespace zenzefi::commands
