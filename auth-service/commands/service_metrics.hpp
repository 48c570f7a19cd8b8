// What the service knows of itself beyond its requests: see docs/operations.md for the names.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/grant_cache.hpp"
#include "http/metrics/sample.hpp"
#include "infra/postgres/happened.hpp"
#include "infra/postgres/postgres_database.hpp"

namespace zenzefi::commands {

// Thread-safe.
class ServiceMetrics {
 public:
  static constexpr std::chrono::seconds kInterval{10};
  static constexpr std::chrono::seconds kRetry{1};  // while something is away
  static constexpr std::chrono::minutes kCountInterval{1};

  ServiceMetrics();

  void note(const infra::Happened& happened) noexcept;

  // Asks PostgreSQL and Redis, every kInterval, and counts what there may be many of, every
  // kCountInterval: a scrape never does. On one thread.
  std::chrono::milliseconds look(infra::PostgresDatabase& database, app::GrantCache& cache);

  [[nodiscard]] std::vector<http::Sample> samples() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Movements {
    std::uint64_t count = 0;
    std::int64_t cents = 0;  // without their sign
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::uint64_t> actions_;
  std::map<std::string, Movements> movements_;
  bool postgres_is_up_ = false;
  std::optional<infra::PostgresDatabase::Backlog> backlog_;  // empty where it cannot be had
  std::optional<std::uint64_t> active_tokens_;               // likewise
  std::optional<std::uint64_t> missing_usage_;               // likewise
  infra::PostgresDatabase::ConnectionCounts connections_;
  bool redis_is_up_ = false;
  Clock::time_point next_count_ = Clock::time_point::min();  // look()'s own
};

}  // namespace zenzefi::commands
