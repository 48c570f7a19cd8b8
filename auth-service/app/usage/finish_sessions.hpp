#pragma once

#include <chrono>
#include <cstddef>

#include "app/database.hpp"
#include "app/usage/usage_queue.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// How long a batch of usage that came twice is recognised, counted from the oldest that waits. A
// writer sends a batch again for as long as it has no answer from Redis, but Redis seldom had it
// then.
inline constexpr std::chrono::hours kUsageBatchMemory{24};

// Ends proxy sessions that are over, and forgets what need not be known of batches counted long
// ago. A session that usage still waits for goes on when that is counted. For one thread.
class FinishSessions {
 public:
  FinishSessions(Database& database, UsageQueue& queue, const Clock& clock)
      : database_(database), queue_(queue), clock_(clock) {}

  // The number of sessions that ended.
  domain::Result<std::size_t> run();

 private:
  Database& database_;
  UsageQueue& queue_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
