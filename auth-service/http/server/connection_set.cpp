#include "http/server/connection_set.hpp"

#include <utility>

namespace zenzefi::http {

void ConnectionSet::insert(std::shared_ptr<Connection> connection) {
  const std::lock_guard lock{mutex_};
  connections_.insert(std::move(connection));
}

void ConnectionSet::erase(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock{mutex_};
  connections_.erase(connection);
  if (connections_.empty()) {
    empty_.notify_all();
  }
}

std::size_t ConnectionSet::size() const {
  const std::lock_guard lock{mutex_};
  return connections_.size();
}

void ConnectionSet::enforce_deadlines(Connection::Clock::time_point now) {
  const std::lock_guard lock{mutex_};
  for (const auto& connection : connections_) {
    connection->enforce_deadline(now);
  }
}

void ConnectionSet::shut_down_all() {
  const std::lock_guard lock{mutex_};
  for (const auto& connection : connections_) {
    connection->shut_down();
  }
}

bool ConnectionSet::wait_until_empty(std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  return empty_.wait_for(lock, patience, [this] { return connections_.empty(); });
}

}  // namespace zenzefi::http
