// A bounded set of connections.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "domain/error.hpp"
#include "infra/postgres/connection.hpp"
#include "infra/postgres/settings.hpp"
#include "infra/postgres/watchdog.hpp"

namespace zenzefi::infra {

// Thread-safe. Outlives its leases.
class ConnectionPool {
 public:
  // The right to one connection. Gives it back when it goes, unless it was discarded.
  class Lease {
   public:
    Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection);
    ~Lease();
    Lease(Lease&& other) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }
    [[nodiscard]] Connection* operator->() const noexcept { return connection_.get(); }

    // Closes the connection instead of giving it back. True if the server had gone silent on it.
    bool discard() noexcept;

   private:
    ConnectionPool* pool_;
    std::unique_ptr<Connection> connection_;
    Watchdog::Watch watch_;
  };

  explicit ConnectionPool(const PostgresSettings& settings);
  ~ConnectionPool() = default;
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;

  // An idle connection, the one used last; else a new one; else waits for one to come back.
  // kUnavailable after acquire_timeout, or when the server does not let us in.
  [[nodiscard]] domain::Result<Lease> acquire();

  // Opens pool_min connections, so that the first requests need not wait for theirs.
  [[nodiscard]] domain::Result<void> warm_up();

  struct Counts {
    std::size_t open = 0;  // in use, idle, and being opened
    std::size_t idle = 0;
    std::uint64_t waits = 0;  // for a free one, so far; and how long all of them took
    std::chrono::nanoseconds waited{0};
    std::uint64_t timeouts = 0;  // in vain
  };
  [[nodiscard]] Counts counts() const;

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  std::unique_ptr<Connection> take_idle(std::unique_lock<std::mutex>& lock);
  domain::Result<Lease> connect();
  void give_back(std::unique_ptr<Connection> connection) noexcept;
  void forget_one() noexcept;
  // False when `deadline` has passed, and there is still none.
  bool wait_for_one(std::unique_lock<std::mutex>& lock,
                    std::chrono::steady_clock::time_point deadline);

  const PostgresSettings settings_;
  Watchdog watchdog_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::deque<Idle> idle_;  // the one used last at the back
  std::size_t open_ = 0;
  std::uint64_t waits_ = 0;
  std::chrono::nanoseconds waited_{0};
  std::uint64_t timeouts_ = 0;
};

}  // namespace zenzefi::infra
