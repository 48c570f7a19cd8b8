#include "commands/run.hpp"

#include <exception>
#include <iostream>

#include "commands/data.hpp"
#include "commands/import.hpp"
#include "commands/migrate.hpp"
#include "commands/payments.hpp"
#include "commands/serve.hpp"
#include "config/settings.hpp"

namespace zenzefi::commands {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongSettings = 2;

// Runs `action` with what `read` makes of the environment, unless something is wrong with that.
template <typename Read, typename Action>
int with_settings(const Read& read, const Action& action) {
  config::Environment environment(config::process_environment());
  const auto settings = read(environment);
  const log::Level log_level = config::read_log_level(environment);
  if (!environment.errors().empty()) {
    for (const std::string& error : environment.errors()) {
      std::cerr << "zenzefi-auth: " << error << '\n';
    }
    return kWrongSettings;
  }
  const log::Session session(log_level);
  return action(settings);
}

struct Runner {
  int operator()(const ServeCommand& /*command*/) const {
    return with_settings(config::read_service_settings, serve);
  }
  int operator()(const MigrateCommand& command) const {
    return with_settings(config::read_storage_settings, [&](const auto& settings) {
      return migrate(command.direction, settings.postgres);
    });
  }
  int operator()(const CreateSuperuserCommand& command) const {
    return with_settings(config::read_account_settings,
                         [&](const auto& settings) { return create_superuser(command, settings); });
  }
  int operator()(const DisableTwoFactorCommand& command) const {
    return with_settings(config::read_storage_settings, [&](const auto& settings) {
      return disable_two_factor(command, settings.postgres);
    });
  }
  int operator()(const ResetCommand& /*command*/) const {
    return with_settings(config::read_storage_settings, reset);
  }
  int operator()(const ClearCommand& /*command*/) const {
    return with_settings(config::read_storage_settings, clear);
  }
  int operator()(const ReconcileCommand& /*command*/) const {
    return with_settings(config::read_storage_settings, [](const auto& settings) {
      return commands::reconcile(settings.postgres);
    });
  }
  int operator()(const NoteRefundCommand& command) const {
    return with_settings(config::read_storage_settings, [&](const auto& settings) {
      return note_refund(command, settings.postgres);
    });
  }
  int operator()(const CheckConfigCommand& /*command*/) const {
    return with_settings(config::read_service_settings, [](const auto& /*settings*/) {
      std::cout << "the settings are right\n";
      return 0;
    });
  }
  int operator()(const ImportCommand& command) const {
    return with_settings(config::read_import_settings,
                         [&](const auto& settings) { return import_accounts(command, settings); });
  }
  int operator()(const VerifyAuditCommand& /*command*/) const {
    return with_settings(config::read_storage_settings,
                         [](const auto& settings) { return verify_audit(settings.postgres); });
  }
};

}  // namespace

int run(const Command& command) {
  try {
    return std::visit(Runner{}, command);
  } catch (const std::exception& error) {
    std::cerr << "zenzefi-auth: " << error.what() << '\n';
    return kFailed;
  }
}

}  // namespace zenzefi::commands
