#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "app/database.hpp"
#include "app/usage/usage_queue.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Turns usage into sessions. A batch is counted in the same transaction that notes its writer and
// sequence, and acknowledged after that: killed anywhere, it is counted once. For one thread;
// several instances share the work.
class ConsumeUsage {
 public:
  struct Output {
    std::size_t counted = 0;    // batches
    std::size_t repeated = 0;   // batches that were counted before
    std::size_t discarded = 0;  // entries that cannot be read, or that the database refuses
    std::size_t sessions = 0;   // written
  };

  ConsumeUsage(Database& database, UsageQueue& queue, const Clock& clock)
      : database_(database), queue_(queue), clock_(clock) {}

  // One round; waits so long for something to come. kUnavailable: the queue or the database is
  // away, and everything not counted is still in the queue.
  domain::Result<Output> run(std::chrono::milliseconds wait);

 private:
  struct Counted {
    Output output;
    std::vector<domain::ProxySession> sessions;
  };
  domain::Result<Counted> count(std::span<const UsageEntry> entries);
  domain::Result<Counted> count_one_by_one(std::span<const UsageEntry> entries);

  Database& database_;
  UsageQueue& queue_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
