#include "infra/postgres/migrator.hpp"

#include <algorithm>
#include <functional>

#include "infra/postgres/failure.hpp"
#include "infra/postgres/migration.hpp"
#include "infra/postgres/row_reader.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {
namespace {

using Statuses = std::vector<MigrationStatus>;

constexpr char kCreateTable[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "  number integer NOT NULL,"
    "  name text NOT NULL,"
    "  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    "  CONSTRAINT schema_migrations_pkey PRIMARY KEY (number))";
constexpr char kLock[] = "SELECT pg_advisory_lock(hashtextextended('zenzefi.migrations', 0))";
constexpr char kTableExists[] = "SELECT to_regclass('schema_migrations') IS NOT NULL";
constexpr char kApplied[] =
    "SELECT number, name, " ZENZEFI_EPOCH("applied_at") " FROM schema_migrations ORDER BY number";
constexpr Statement kMigrationRecord{"migration_record",
                                     "INSERT INTO schema_migrations (number, name) VALUES ($1, $2) "
                                     "RETURNING number, name, " ZENZEFI_EPOCH("applied_at")};
constexpr Statement kMigrationForget{"migration_forget",
                                     "DELETE FROM schema_migrations WHERE number = $1"};

MigrationStatus read_status(const pqxx::row& row) {
  RowReader reader{row};
  MigrationStatus status;
  status.number = static_cast<int>(reader.integer());
  status.name = reader.text();
  status.applied_at = reader.time();
  const auto all = migrations();
  status.known = std::any_of(all.begin(), all.end(), [&](const Migration& migration) {
    return migration.number == status.number;
  });
  return status;
}

Statuses applied(pqxx::transaction_base& transaction) {
  Statuses out;
  for (const auto& row : transaction.exec(kApplied)) {
    out.push_back(read_status(row));
  }
  return out;
}

Statuses missing(const Statuses& applied) {
  Statuses out;
  for (const Migration& migration : migrations()) {
    const auto same = [&](const MigrationStatus& one) { return one.number == migration.number; };
    if (std::none_of(applied.begin(), applied.end(), same)) {
      out.push_back({.number = migration.number,
                     .name = std::string{migration.name},
                     .applied_at = std::nullopt});
    }
  }
  return out;
}

const Migration& migration(int number) {
  const auto all = migrations();
  return *std::find_if(all.begin(), all.end(),
                       [&](const Migration& one) { return one.number == number; });
}

MigrationStatus apply(Connection& connection, pqxx::transaction_base& transaction, int number) {
  const Migration& step = migration(number);
  transaction.exec(std::string{step.up});
  Session session{connection, transaction};
  return read_status(
      session.execute(kMigrationRecord, std::int64_t{step.number}, std::string_view{step.name})[0]);
}

void take_back(Connection& connection, pqxx::transaction_base& transaction, int number) {
  transaction.exec(std::string{migration(number).down});
  Session session{connection, transaction};
  session.execute(kMigrationForget, std::int64_t{number});
}

// The lock belongs to the connection and ends with it.
void lock_out_others(Connection& connection) {
  pqxx::nontransaction transaction{connection.pqxx()};
  transaction.exec(kLock);
  transaction.exec(kCreateTable);
}

tl::unexpected<domain::Error> newer_program(const MigrationStatus& status) {
  return domain::fail(domain::ErrorCode::kConflict,
                      "Migration " + std::to_string(status.number) + " (" + status.name +
                          ") was applied by a newer version of this program");
}

template <typename T>
domain::Result<T> with_connection(const PostgresSettings& settings,
                                  const std::function<domain::Result<T>(Connection&)>& work) {
  try {
    Connection connection{settings, ConnectionPurpose::kAdministration};
    return work(connection);
  } catch (...) {
    return tl::unexpected{current_failure().error};
  }
}

}  // namespace

domain::Result<Statuses> Migrator::up() {
  return with_connection<Statuses>(settings_, [](Connection& connection) {
    lock_out_others(connection);
    Statuses pending = missing([&] {
      pqxx::nontransaction transaction{connection.pqxx()};
      return applied(transaction);
    }());
    for (MigrationStatus& step : pending) {
      pqxx::work transaction{connection.pqxx()};
      step = apply(connection, transaction, step.number);
      transaction.commit();
    }
    return domain::Result<Statuses>{std::move(pending)};
  });
}

domain::Result<std::optional<MigrationStatus>> Migrator::down() {
  using Last = std::optional<MigrationStatus>;
  return with_connection<Last>(settings_, [](Connection& connection) -> domain::Result<Last> {
    lock_out_others(connection);
    pqxx::work transaction{connection.pqxx()};
    const Statuses done = applied(transaction);
    if (done.empty()) {
      return Last{};
    }
    const MigrationStatus& last = done.back();
    if (!last.known) {
      return newer_program(last);
    }
    take_back(connection, transaction, last.number);
    transaction.commit();
    return Last{last};
  });
}

domain::Result<Statuses> Migrator::status() {
  return with_connection<Statuses>(settings_, [](Connection& connection) {
    pqxx::nontransaction transaction{connection.pqxx()};
    Statuses all;
    if (transaction.exec(kTableExists)[0][0].as<bool>()) {
      all = applied(transaction);
    }
    for (MigrationStatus& step : missing(all)) {
      all.push_back(std::move(step));
    }
    std::sort(all.begin(), all.end(), [](const MigrationStatus& a, const MigrationStatus& b) {
      return a.number < b.number;
    });
    return domain::Result<Statuses>{std::move(all)};
  });
}

domain::Result<void> Migrator::reset() {
  return with_connection<void>(settings_, [](Connection& connection) -> domain::Result<void> {
    lock_out_others(connection);
    pqxx::work transaction{connection.pqxx()};
    const Statuses done = applied(transaction);
    for (auto step = done.rbegin(); step != done.rend(); ++step) {
      if (!step->known) {
        return newer_program(*step);
      }
      take_back(connection, transaction, step->number);
    }
    for (const Migration& step : migrations()) {
      apply(connection, transaction, step.number);
    }
    transaction.commit();
    return {};
  });
}

}  // namespace zenzefi::infra
