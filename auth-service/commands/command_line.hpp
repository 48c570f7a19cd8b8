// What zenzefi-auth was asked to do.
#pragma once

#include <string>
#include <variant>

namespace zenzefi::commands {

struct ServeCommand {};
struct MigrateCommand {
  enum class Direction { kUp, kDown, kStatus };
  Direction direction = Direction::kStatus;
};
struct CreateSuperuserCommand {
  std::string email;
  std::string username;
  std::string password;
};
struct DisableTwoFactorCommand {
  std::string email;
};
struct ResetCommand {};
struct ClearCommand {};
struct ReconcileCommand {};
struct VerifyAuditCommand {};
// A payment was given back by hand.
struct NoteRefundCommand {
  std::string provider;
  std::string reference;
};
struct CheckConfigCommand {};
struct ImportCommand {
  std::string dsn;  // with the password: never printed
  std::string schema;
  bool rehearsal = false;
};

using Command =
    std::variant<ServeCommand, MigrateCommand, CreateSuperuserCommand, DisableTwoFactorCommand,
                 ResetCommand, ClearCommand, ReconcileCommand, VerifyAuditCommand,
                 NoteRefundCommand, CheckConfigCommand, ImportCommand>;

// The program is to end with that status: help was printed, or what is wrong with the arguments.
struct ExitStatus {
  int status = 0;
};

[[nodiscard]] std::variant<Command, ExitStatus> parse_command_line(int argc, char** argv);

}  // namespace zenzefi::commands
