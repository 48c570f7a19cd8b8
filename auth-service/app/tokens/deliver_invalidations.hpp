#pragma once

#include <chrono>
#include <cstddef>

#include "app/database.hpp"
#include "app/grant_cache.hpp"

namespace zenzefi::app {

// How long to wait before the next run() when there was nothing to do or Redis was away.
inline constexpr std::chrono::milliseconds kDeliveryInterval{250};

// Brings what the outbox holds to Redis: what RevokeToken could not deliver itself. Several
// instances share the work. Thread-safe.
class DeliverInvalidations {
 public:
  DeliverInvalidations(Database& database, GrantCache& cache)
      : database_(database), cache_(cache) {}

  // One batch; the number of invalidations Redis confirmed, kBatch when more may be waiting.
  // kUnavailable: Redis or the database is away, and everything unconfirmed is still in the outbox.
  domain::Result<std::size_t> run();

  static constexpr std::size_t kBatch = 100;

 private:
  Database& database_;
  GrantCache& cache_;
};

}  // namespace zenzefi::app
