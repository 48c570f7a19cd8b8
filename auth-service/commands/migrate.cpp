#include "commands/migrate.hpp"

#include <iomanip>
#include <iostream>

#include "commands/report.hpp"
#include "infra/postgres/migrator.hpp"

namespace zenzefi::commands {
namespace {

void print(const infra::MigrationStatus& migration, std::string_view what) {
  std::cout << std::setw(4) << std::setfill('0') << migration.number << ' ' << migration.name
            << ": " << what << '\n';
}

int up(infra::Migrator& migrator) {
  const auto applied = migrator.up();
  if (!applied) {
    return report(applied.error());
  }
  for (const infra::MigrationStatus& migration : *applied) {
    print(migration, "applied");
  }
  if (applied->empty()) {
    std::cout << "nothing to do\n";
  }
  return 0;
}

int down(infra::Migrator& migrator) {
  const auto taken_back = migrator.down();
  if (!taken_back) {
    return report(taken_back.error());
  }
  if (*taken_back) {
    print(**taken_back, "taken back");
  } else {
    std::cout << "nothing to do\n";
  }
  return 0;
}

int status(infra::Migrator& migrator) {
  const auto migrations = migrator.status();
  if (!migrations) {
    return report(migrations.error());
  }
  for (const infra::MigrationStatus& migration : *migrations) {
    print(migration, !migration.applied_at ? "not applied"
                     : migration.known     ? "applied"
                                           : "applied by a newer program");
  }
  return 0;
}

}  // namespace

int migrate(MigrateCommand::Direction direction, const infra::PostgresSettings& settings) {
  infra::Migrator migrator(settings);
  switch (direction) {
    case MigrateCommand::Direction::kUp:
      return up(migrator);
    case MigrateCommand::Direction::kDown:
      return down(migrator);
    case MigrateCommand::Direction::kStatus:
      return status(migrator);
  }
  return 1;
}

}  // namespace zenzefi::commands
