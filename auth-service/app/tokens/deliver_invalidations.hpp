#pragma once

#include <chrono>
#include <cstddef>

#include "app/database.hpp"
#include "app/grant_cache.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// How long to wait before the next run() when there was nothing to do or Redis was away.
inline constexpr std::chrono::milliseconds kDeliveryInterval{250};

// Brings what the outbox announces to Redis: what revocations and extensions could not deliver
// themselves. What is put there is what the token is by then, not what it was when the row was
// written, so that the order of delivery does not matter. Several instances share the work.
// Thread-safe.
class DeliverInvalidations {
 public:
  DeliverInvalidations(Database& database, GrantCache& cache, const Clock& clock)
      : database_(database), cache_(cache), clock_(clock) {}

  // One batch; the number of invalidations Redis confirmed, kBatch when more may be waiting.
  // kUnavailable: Redis or the database is away, and everything unconfirmed is still in the outbox.
  domain::Result<std::size_t> run();

  static constexpr std::size_t kBatch = 100;

 private:
  domain::Result<void> deliver(const Transaction& transaction, const PendingInvalidation& pending);

  Database& database_;
  GrantCache& cache_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
