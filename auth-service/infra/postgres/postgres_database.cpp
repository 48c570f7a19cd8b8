#include "infra/postgres/postgres_database.hpp"

#include <random>
#include <thread>

#include "infra/postgres/connection_pool.hpp"
#include "infra/postgres/failure.hpp"
#include "infra/postgres/postgres_transaction.hpp"

namespace zenzefi::infra {
namespace {

constexpr int kMaxAttempts = 5;

constexpr Statement kEnsurePartitions{"ensure_partitions", "SELECT ensure_partitions($1)"};
constexpr Statement kForgetUsage{"forget_usage", "SELECT forget_usage($1)"};
// As payments_open has it.
constexpr Statement kBacklog{
    "backlog",
    "SELECT (SELECT count(*) FROM outbox), "
    "(SELECT coalesce(" ZENZEFI_EPOCH("clock_timestamp()") " - min(" ZENZEFI_EPOCH(
        "created_at") "), 0) FROM outbox), "
    "(SELECT count(*) FROM payments WHERE status IN ('pending', 'held') "
    "AND (status = 'held' OR created_at < now() - interval '10 minutes'))"};
// As access_tokens_active_by_end has it.
constexpr Statement kCountActiveTokens{
    "count_active_tokens",
    "SELECT count(*) FROM access_tokens WHERE revoked_at IS NULL AND activated_at IS NOT NULL "
    "AND (activated_at AT TIME ZONE 'UTC') + make_interval(hours => duration_hours) "
    "> now() AT TIME ZONE 'UTC'"};
// A writer numbers its batches without gaps.
constexpr Statement kCountMissingUsage{
    "count_missing_usage",
    "SELECT coalesce(sum(missing), 0) FROM (SELECT max(sequence) - min(sequence) + 1 - count(*) "
    "AS missing FROM usage_batches GROUP BY writer) AS writers"};
constexpr Statement kForgetIdempotencyKeys{
    "forget_idempotency_keys",
    "DELETE FROM idempotency_keys WHERE claimed_at < now() - interval '25 hours'"};
constexpr Statement kForgetSessions{
    "forget_sessions", "DELETE FROM sessions WHERE expires_at < now() - interval '30 days'"};

// Two that collided must not collide again: up to 2, 4, 8, 16 ms.
void wait_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  std::uniform_int_distribution<int> microseconds{0, 1000 << attempt};
  std::this_thread::sleep_for(std::chrono::microseconds{microseconds(random)});
}

domain::Result<void> run_in_transaction(
    Connection& connection, const std::function<domain::Result<void>(app::Transaction&)>& work,
    const CommitObserver& on_commit) {
  pqxx::work transaction{connection.pqxx()};
  PostgresTransaction stores{connection, transaction};
  domain::Result<void> result = work(stores);
  if (result) {
    transaction.commit();
    if (on_commit && !stores.happened().nothing()) {
      on_commit(stores.happened());
    }
  } else {
    transaction.abort();
  }
  return result;
}

}  // namespace

PostgresDatabase::PostgresDatabase(const PostgresSettings& settings, CommitObserver on_commit)
    : on_commit_{std::move(on_commit)}, pool_{std::make_unique<ConnectionPool>(settings)} {}

PostgresDatabase::~PostgresDatabase() = default;

domain::Result<void> PostgresDatabase::warm_up() {
  return pool_->warm_up();
}

domain::Result<void> PostgresDatabase::repeat(const Attempt& attempt) {
  for (int number = 1;; ++number) {
    auto lease = pool_->acquire();
    if (!lease) {
      return tl::unexpected{std::move(lease.error())};
    }
    try {
      return attempt(**lease);
    } catch (...) {
      Failure failure = current_failure();
      if (failure.connection_lost && lease->discard()) {
        failure.repeatable = false;  // it would only take as long again
      }
      if (!failure.repeatable || number == kMaxAttempts) {
        return tl::unexpected{std::move(failure.error)};
      }
    }
    wait_before(number);
  }
}

domain::Result<void> PostgresDatabase::execute(const Callback& callback) {
  return repeat(
      [&](Connection& connection) { return run_in_transaction(connection, callback, on_commit_); });
}

domain::Result<void> PostgresDatabase::execute_read(const ReadCallback& callback) {
  return repeat([&](Connection& connection) {
    pqxx::nontransaction transaction{connection.pqxx()};
    const PostgresTransaction stores{connection, transaction};
    return callback(stores);
  });
}

domain::Result<void> PostgresDatabase::ping() {
  return repeat([](Connection& connection) -> domain::Result<void> {
    pqxx::nontransaction transaction{connection.pqxx()};
    // A standby, or one that an operator has put to rest, answers and takes no purchase.
    const pqxx::result answer =
        transaction.exec("SELECT current_setting('transaction_read_only')::boolean");
    if (answer[0][0].as<bool>()) {
      return domain::fail(domain::ErrorCode::kUnavailable, "the database is read-only");
    }
    return {};
  });
}

domain::Result<std::size_t> PostgresDatabase::ensure_partitions(int months_ahead) {
  return call(kEnsurePartitions, months_ahead);
}

domain::Result<std::size_t> PostgresDatabase::forget_usage(int months) {
  return call(kForgetUsage, months);
}

domain::Result<std::size_t> PostgresDatabase::call(const Statement& statement, int argument) {
  std::size_t number = 0;
  auto done = repeat([&](Connection& connection) -> domain::Result<void> {
    pqxx::work transaction{connection.pqxx()};
    Session session{connection, transaction};
    number = session.execute(statement, std::int64_t{argument})[0][0].as<std::size_t>();
    transaction.commit();
    return {};
  });
  return done.map([&] { return number; });
}

domain::Result<PostgresDatabase::Backlog> PostgresDatabase::backlog() {
  Backlog backlog;
  auto done = repeat([&](Connection& connection) -> domain::Result<void> {
    pqxx::nontransaction transaction{connection.pqxx()};
    Session session{connection, transaction};
    const pqxx::row row = session.execute(kBacklog)[0];
    backlog.outbox_rows = row[0].as<std::uint64_t>();
    backlog.outbox_oldest = std::chrono::seconds{row[1].as<std::int64_t>()};
    backlog.open_payments = row[2].as<std::uint64_t>();
    return {};
  });
  return done.map([&] { return backlog; });
}

domain::Result<std::uint64_t> PostgresDatabase::count_active_tokens() {
  return number(kCountActiveTokens);
}

domain::Result<std::uint64_t> PostgresDatabase::count_missing_usage() {
  return number(kCountMissingUsage);
}

domain::Result<std::uint64_t> PostgresDatabase::number(const Statement& query) {
  std::uint64_t number = 0;
  auto done = repeat([&](Connection& connection) -> domain::Result<void> {
    pqxx::nontransaction transaction{connection.pqxx()};
    Session session{connection, transaction};
    number = session.execute(query)[0][0].as<std::uint64_t>();
    return {};
  });
  return done.map([&] { return number; });
}

domain::Result<std::size_t> PostgresDatabase::forget_expired() {
  std::size_t forgotten = 0;
  auto done = repeat([&](Connection& connection) -> domain::Result<void> {
    pqxx::work transaction{connection.pqxx()};
    Session session{connection, transaction};
    forgotten = session.execute(kForgetIdempotencyKeys).affected_rows();
    forgotten += session.execute(kForgetSessions).affected_rows();
    transaction.commit();
    return {};
  });
  return done.map([&] { return forgotten; });
}

PostgresDatabase::ConnectionCounts PostgresDatabase::connections() const {
  const auto counts = pool_->counts();
  return {counts.open, counts.idle, counts.waits, counts.waited, counts.timeouts};
}

}  // namespace zenzefi::infra
