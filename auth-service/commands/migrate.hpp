#pragma once

#include "commands/command_line.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::commands {

// Prints what was done, a line for each migration. Returns the exit status.
[[nodiscard]] int migrate(MigrateCommand::Direction direction,
                          const infra::PostgresSettings& settings);

}  // namespace zenzefi::commands
