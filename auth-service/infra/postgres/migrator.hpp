// Brings the schema to what this program needs, and back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/error.hpp"
#include "infra/postgres/settings.hpp"
#include "shared/timestamp.hpp"

namespace zenzefi::infra {

struct MigrationStatus {
  int number = 0;
  std::string name;
  std::optional<Timestamp> applied_at;  // empty: not applied
  bool known = true;                    // false: applied by a newer program
};

// Every call is alone in the database, whoever else calls: it waits for its turn, a minute at most.
// Each migration is one transaction of its own. Thread-safe; each call opens one connection.
// kUnavailable as for Database; kInternal when a migration fails, which the log says more about.
class Migrator {
 public:
  explicit Migrator(PostgresSettings settings) : settings_(std::move(settings)) {}

  // Applies what is missing; returns that, in order.
  [[nodiscard]] domain::Result<std::vector<MigrationStatus>> up();

  // Takes the last one back, with the data it holds; empty when there is none. kConflict: it was
  // applied by a newer program.
  [[nodiscard]] domain::Result<std::optional<MigrationStatus>> down();

  // What is applied, and what is known and not applied. Changes nothing.
  [[nodiscard]] domain::Result<std::vector<MigrationStatus>> status();

  // Takes everything back and applies it again, in one transaction: an empty database.
  [[nodiscard]] domain::Result<void> reset();

 private:
  PostgresSettings settings_;
};

}  // namespace zenzefi::infra
