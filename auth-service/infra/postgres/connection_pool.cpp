#include "infra/postgres/connection_pool.hpp"

#include <optional>
#include <vector>

#include "infra/postgres/failure.hpp"
#include "log/log.hpp"

namespace zenzefi::infra {

using std::chrono::steady_clock;

ConnectionPool::Lease::Lease(ConnectionPool& pool, std::unique_ptr<Connection> connection)
    : pool_{&pool},
      connection_{std::move(connection)},
      watch_{pool.watchdog_.watch(connection_->descriptor())} {}

ConnectionPool::Lease::~Lease() {
  if (!connection_) {
    return;
  }
  const bool cut_off = watch_.stop();
  if (cut_off || !connection_->pqxx().is_open()) {
    discard();
  } else {
    pool_->give_back(std::move(connection_));
  }
}

bool ConnectionPool::Lease::discard() noexcept {
  const bool cut_off = watch_.stop();  // before the descriptor's number can be somebody else's
  connection_.reset();
  pool_->forget_one();
  return cut_off;
}

ConnectionPool::ConnectionPool(const PostgresSettings& settings)
    : settings_{settings}, watchdog_{settings.silence_timeout} {}

domain::Result<ConnectionPool::Lease> ConnectionPool::acquire() {
  const auto deadline = steady_clock::now() + settings_.acquire_timeout;
  std::unique_lock lock{mutex_};
  for (;;) {
    if (auto connection = take_idle(lock)) {
      return Lease{*this, std::move(connection)};
    }
    if (open_ < settings_.pool_max) {
      ++open_;
      lock.unlock();
      return connect();
    }
    if (!wait_for_one(lock, deadline)) {
      log::warning("all postgres connections are in use",
                   {{"connections", static_cast<std::int64_t>(settings_.pool_max)}});
      return tl::unexpected{database_unavailable()};
    }
  }
}

bool ConnectionPool::wait_for_one(std::unique_lock<std::mutex>& lock,
                                  steady_clock::time_point deadline) {
  const auto start = steady_clock::now();
  ++waits_;
  const bool in_vain = returned_.wait_until(lock, deadline) == std::cv_status::timeout &&
                       idle_.empty() && open_ >= settings_.pool_max;
  waited_ += steady_clock::now() - start;
  timeouts_ += in_vain ? 1 : 0;
  return !in_vain;
}

std::unique_ptr<Connection> ConnectionPool::take_idle(std::unique_lock<std::mutex>& lock) {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
    idle_.pop_back();
    if (connection->looks_alive()) {
      return connection;
    }
    --open_;
    lock.unlock();
    connection.reset();
    lock.lock();
  }
  return nullptr;
}

// Outside the lock: it takes a while, and up to connect_timeout. The place is taken already.
domain::Result<ConnectionPool::Lease> ConnectionPool::connect() {
  try {
    return Lease{*this, std::make_unique<Connection>(settings_)};
  } catch (...) {
    forget_one();
    static_cast<void>(current_failure());  // logs it
    return tl::unexpected{database_unavailable()};
  }
}

domain::Result<void> ConnectionPool::warm_up() {
  std::vector<Lease> leases;
  for (std::size_t i = 0; i < settings_.pool_min; ++i) {
    auto lease = acquire();
    if (!lease) {
      return tl::unexpected{std::move(lease.error())};
    }
    leases.push_back(std::move(*lease));
  }
  return {};
}

void ConnectionPool::give_back(std::unique_ptr<Connection> connection) noexcept {
  const auto now = steady_clock::now();
  std::unique_ptr<Connection> surplus;  // closed after the lock is released
  {
    const std::lock_guard lock{mutex_};
    idle_.push_back({std::move(connection), now});
    if (open_ > settings_.pool_min && now - idle_.front().since > settings_.idle_timeout) {
      surplus = std::move(idle_.front().connection);
      idle_.pop_front();
      --open_;
    }
  }
  returned_.notify_one();
}

void ConnectionPool::forget_one() noexcept {
  {
    const std::lock_guard lock{mutex_};
    --open_;
  }
  returned_.notify_one();
}

ConnectionPool::Counts ConnectionPool::counts() const {
  const std::lock_guard lock{mutex_};
  return {open_, idle_.size(), waits_, waited_, timeouts_};
}

}  // namespace zenzefi::infra
