// Every open connection of a server, to hold them to their deadlines and to close them all.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "http/server/connection.hpp"

namespace zenzefi::http {

// Thread-safe.
class ConnectionSet {
 public:
  void insert(std::shared_ptr<Connection> connection);
  void erase(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] std::size_t size() const;

  void enforce_deadlines(Connection::Clock::time_point now);
  void shut_down_all();
  // False when some are still open after that time.
  bool wait_until_empty(std::chrono::milliseconds patience);

 private:
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
};

}  // namespace zenzefi::http
