#include "commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <optional>

#include "version.hpp"

namespace zenzefi::commands {
namespace {

void add_migrate(CLI::App& app, std::optional<Command>& chosen) {
  using Direction = MigrateCommand::Direction;
  CLI::App* migrate = app.add_subcommand("migrate", "Change the database's tables");
  migrate->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, Direction direction) {
    migrate->add_subcommand(name, description)->callback([&chosen, direction] {
      chosen = MigrateCommand{direction};
    });
  };
  add("up", "Apply every migration that is missing", Direction::kUp);
  add("down", "Take the latest migration back", Direction::kDown);
  add("status", "Show which migrations are applied", Direction::kStatus);
}

void add_audit(CLI::App& app, std::optional<Command>& chosen) {
  CLI::App* audit = app.add_subcommand("audit", "Look after the audit log");
  audit->require_subcommand(1);
  audit
      ->add_subcommand("verify",
                       "Prove that no entry was changed or removed; prints the first that was, and "
                       "fails")
      ->callback([&chosen] { chosen = VerifyAuditCommand{}; });
}

void add_config(CLI::App& app, std::optional<Command>& chosen) {
  CLI::App* config = app.add_subcommand("config", "Look at the settings");
  config->require_subcommand(1);
  config
      ->add_subcommand("check",
                       "Say which settings of `serve` are wrong, all at once and by their names; "
                       "fails if any is. No value is printed")
      ->callback([&chosen] { chosen = CheckConfigCommand{}; });
}

void add_payments(CLI::App& app, NoteRefundCommand& command, std::optional<Command>& chosen) {
  CLI::App* payments = app.add_subcommand("payments", "Look after payments");
  payments->require_subcommand(1);
  CLI::App* refunded = payments->add_subcommand(
      "refunded",
      "Note that money which could not be credited was given back; reconcile lists what there is");
  refunded->add_option("provider", command.provider, "As reconcile prints it")->required();
  refunded->add_option("reference", command.reference, "As reconcile prints it")->required();
  refunded->callback([&command, &chosen] { chosen = command; });
}

void add_create_superuser(CLI::App& app, CreateSuperuserCommand& command,
                          std::optional<Command>& chosen) {
  CLI::App* create = app.add_subcommand(
      "create-superuser", "Make sure that an administrator with this e-mail address exists");
  create->add_option("--email", command.email)->envname("SUPERUSER_EMAIL")->required();
  create->add_option("--username", command.username)->envname("SUPERUSER_USERNAME")->required();
  create
      ->add_option("--password", command.password,
                   "Used only if the account is new; better set in the environment, because "
                   "arguments are visible to every process")
      ->envname("SUPERUSER_PASSWORD")
      ->required();
  create->callback([&command, &chosen] { chosen = command; });
}

void add_disable_two_factor(CLI::App& app, DisableTwoFactorCommand& command,
                            std::optional<Command>& chosen) {
  CLI::App* disable = app.add_subcommand(
      "disable-2fa", "Take the second factor off the account of somebody who has lost it");
  disable->add_option("email", command.email, "Of the account")->required();
  disable->callback([&command, &chosen] { chosen = command; });
}

void add_import(CLI::App& app, ImportCommand& command, std::optional<Command>& chosen) {
  CLI::App* moving = app.add_subcommand(
      "import",
      "Take users, balances and access tokens from the tables of the earlier Python deployment: "
      "users (id, email, username, hashed_password, full_name, is_active, is_superuser or role, "
      "currency_balance) and access_tokens (id, user_id, token, duration_hours, activated_at, "
      "expires_at, is_active, revoked_at). One transaction; may be run again");
  moving
      ->add_option("--from-dsn", command.dsn,
                   "That database, as libpq takes it (postgresql://...); with a password better "
                   "set in the environment, because arguments are visible to every process")
      ->envname("IMPORT_FROM_DSN")
      ->required();
  moving->add_option("--schema", command.schema, "The schema its tables are in")
      ->default_val("public");
  moving->add_flag("--rehearsal", command.rehearsal, "Say what would be taken, and take nothing");
  moving->callback([&command, &chosen] { chosen = command; });
}  // namespace

template <typename Destructive>
void add_destructive(CLI::App& app, const char* name, const char* description, bool& yes,
                     std::optional<Command>& chosen) {
  CLI::App* destructive = app.add_subcommand(name, description);
  destructive->add_flag("--yes", yes, "Do it; without this flag nothing happens");
  destructive->callback([name, &yes, &chosen] {
    if (!yes) {
      throw CLI::ValidationError(name, "destroys data: say --yes if you mean it");
    }
    chosen = Destructive{};
  });
}

}  // namespace

std::variant<Command, ExitStatus> parse_command_line(int argc, char** argv) {
  CLI::App app(
      "The auth service of Zenzefi Gateway. Settings come from the environment; "
      "conf/.env.example lists them.",
      "zenzefi-auth");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);

  std::optional<Command> chosen;
  CreateSuperuserCommand superuser;
  DisableTwoFactorCommand disable_two_factor;
  ImportCommand import_command;
  NoteRefundCommand note_refund_command;
  bool reset = false;
  bool clear = false;
  app.add_subcommand("serve", "Answer requests until SIGTERM or SIGINT")->callback([&chosen] {
    chosen = ServeCommand{};
  });
  add_migrate(app, chosen);
  add_create_superuser(app, superuser, chosen);
  add_disable_two_factor(app, disable_two_factor, chosen);
  add_destructive<ResetCommand>(app, "reset", "Drop all tables and make them anew", reset, chosen);
  add_destructive<ClearCommand>(app, "clear", "Delete all data and keep the tables", clear, chosen);
  app.add_subcommand("reconcile",
                     "Compare ledger, balances, payments and tokens; fails if anything differs")
      ->callback([&chosen] { chosen = ReconcileCommand{}; });
  add_audit(app, chosen);
  add_config(app, chosen);
  add_payments(app, note_refund_command, chosen);
  add_import(app, import_command, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ExitStatus{app.exit(error)};
  }
  return *chosen;
}

}  // namespace zenzefi::commands
