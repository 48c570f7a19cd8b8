// Commands that work on what is stored, beside a running service or without one. Each returns the
// exit status.
#pragma once

#include "commands/command_line.hpp"
#include "config/settings.hpp"

namespace zenzefi::commands {

[[nodiscard]] int create_superuser(const CreateSuperuserCommand& command,
                                   const config::AccountSettings& settings);

[[nodiscard]] int disable_two_factor(const DisableTwoFactorCommand& command,
                                     const infra::PostgresSettings& settings);
int reset(const config::StorageSettings& settings);
[[nodiscard]] int clear(const config::StorageSettings& settings);

// Prints each discrepancy; 1 if there is any.
[[nodiscard]] int reconcile(const infra::PostgresSettings& settings);

// Prints the first entry of the audit log that is broken; 1 if there is one.
[[nodiscard]] int verify_audit(const infra::PostgresSettings& settings);

}  // namespace zenzefi::commands
