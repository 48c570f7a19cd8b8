#pragma once

#include <chrono>
#include <cstddef>

#include "app/database.hpp"
#include "app/grant_cache.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Brings what the outbox announces to Redis: what revocations and extensions could not deliver
// themselves. What is put there is what the token is by then, not what it was when the row was
// written, so that the order of delivery does not matter. Several instances share the work.
// Thread-safe.
class DeliverInvalidations {
 public:
  DeliverInvalidations(Database& database, GrantCache& cache, const Clock& clock)
      : database_(database), cache_(cache), clock_(clock) {}

  struct Output {
    std::size_t delivered = 0;  // what Redis has confirmed; kBatch when more may be waiting
    // Whatever was committed kOverdue ago or earlier, by any instance, has come to Redis.
    bool complete = false;
  };
  // One batch. kUnavailable: Redis or the database is away, and everything unconfirmed is still in
  // the outbox.
  domain::Result<Output> run();

  static constexpr std::chrono::milliseconds kOverdue{1'000};
  static constexpr std::size_t kBatch = 100;

 private:
  domain::Result<void> deliver(const Transaction& transaction, const PendingInvalidation& pending);

  Database& database_;
  GrantCache& cache_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
