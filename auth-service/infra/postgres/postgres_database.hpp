// app::Database on PostgreSQL.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "app/database.hpp"
#include "infra/postgres/settings.hpp"

namespace zenzefi::infra {

struct Failure;
class Connection;
class ConnectionPool;

// READ COMMITTED with row locks: see docs/decisions/0002-transactions-and-outbox.md. Thread-safe.
class PostgresDatabase final : public app::Database {
 public:
  // Connects to nobody yet: a database that is away makes calls fail, not the start.
  explicit PostgresDatabase(const PostgresSettings& settings);
  ~PostgresDatabase() override;

  // Opens pool_min connections. kUnavailable.
  [[nodiscard]] domain::Result<void> warm_up();

  // Makes the monthly partitions of this month and `months_ahead` more; the number that were
  // missing. At start and daily: without its partition no purchase can be booked.
  [[nodiscard]] domain::Result<std::size_t> ensure_partitions(int months_ahead);

  // Forgets what has had its time: expired Idempotency-Keys, and sessions a month after they could
  // last be used. Daily. The number of rows.
  [[nodiscard]] domain::Result<std::size_t> forget_expired();

  domain::Result<void> ping() override;

  struct ConnectionCounts {
    std::size_t open = 0;  // in use, idle, and being opened
    std::size_t idle = 0;
  };
  [[nodiscard]] ConnectionCounts connections() const;

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  // One attempt, on one connection; throws what libpqxx throws.
  using Attempt = std::function<domain::Result<void>(Connection&)>;
  domain::Result<void> repeat(const Attempt& attempt);

  std::unique_ptr<ConnectionPool> pool_;
};

}  // namespace zenzefi::infra
