#pragma once

#include <chrono>
#include <cstddef>

#include "app/database.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// How long a batch of usage that came twice is recognised. A writer sends a batch again for as long
// as it has no answer from Redis, but Redis seldom had it then.
inline constexpr std::chrono::hours kUsageBatchMemory{24};

// Ends proxy sessions that are over, and forgets what need not be known of batches counted long
// ago. For when no usage waits: an old batch that is still in the queue must be known. Thread-safe.
class FinishSessions {
 public:
  FinishSessions(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // The number of sessions that ended.
  domain::Result<std::size_t> run();

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
