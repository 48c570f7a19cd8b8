// app::Database on PostgreSQL.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "app/database.hpp"
#include "infra/postgres/happened.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::infra {

struct Failure;
struct Statement;
class Connection;
class ConnectionPool;

// READ COMMITTED with row locks: see docs/decisions/0002-transactions-and-outbox.md. Thread-safe.
class PostgresDatabase final : public app::Database {
 public:
  // Connects to nobody yet: a database that is away makes calls fail, not the start.
  explicit PostgresDatabase(const PostgresSettings& settings, CommitObserver on_commit = {});
  ~PostgresDatabase() override;

  // Opens pool_min connections. kUnavailable.
  [[nodiscard]] domain::Result<void> warm_up();

  // Makes the monthly partitions of this month and `months_ahead` more; the number that were
  // missing. At start and daily: without its partition no purchase can be booked.
  [[nodiscard]] domain::Result<std::size_t> ensure_partitions(int months_ahead);

  // Forgets what has had its time: expired Idempotency-Keys, and sessions a month after they could
  // last be used. Daily. The number of rows.
  [[nodiscard]] domain::Result<std::size_t> forget_expired();

  // Drops the months of proxy sessions that are more than `months` ago; their number. Daily.
  [[nodiscard]] domain::Result<std::size_t> forget_usage(int months);

  // What waits.
  struct Backlog {
    std::uint64_t outbox_rows = 0;
    std::chrono::seconds outbox_oldest{0};
    std::uint64_t open_payments = 0;  // neither credited nor given back, but for the last minutes'
  };
  [[nodiscard]] domain::Result<Backlog> backlog();

  // Those whose time runs. Takes as long as there are many.
  [[nodiscard]] domain::Result<std::uint64_t> count_active_tokens();

  // Of each writer's batches of usage, those between the first and the last of the last day that
  // never came. Takes as long as there are many.
  [[nodiscard]] domain::Result<std::uint64_t> count_missing_usage();

  domain::Result<void> ping() override;

  struct ConnectionCounts {
    std::size_t open = 0;  // in use, idle, and being opened
    std::size_t idle = 0;
    std::uint64_t waits = 0;  // for a free one, so far; and how long all of them took
    std::chrono::nanoseconds waited{0};
    std::uint64_t timeouts = 0;  // in vain
  };
  [[nodiscard]] ConnectionCounts connections() const;

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  // One attempt, on one connection; throws what libpqxx throws.
  using Attempt = std::function<domain::Result<void>(Connection&)>;
  domain::Result<void> repeat(const Attempt& attempt);

  // The one number that a query returns.
  domain::Result<std::uint64_t> number(const Statement& query);
  // The one number that a function of ours returns, in a transaction.
  domain::Result<std::size_t> call(const Statement& statement, int argument);

  const CommitObserver on_commit_;
  std::unique_ptr<ConnectionPool> pool_;
};

}  // namespace zenzefi::infra
