#pragma once

#include <chrono>
#include <cstddef>

#include "app/tokens/deliver_invalidations.hpp"
#include "app/tokens/restore_tombstones.hpp"

namespace zenzefi::app {

// How long to wait before the next run() when there was nothing to do or Redis was away. What an
// old snapshot brought back lives no longer than this and the time the tombstones take.
inline constexpr std::chrono::milliseconds kInformInterval{250};

// Keeps the cache informed of what ends access: restores and delivers what it lacks, and says so
// only when nothing is missing. So a cache that does not take what is put, or that this service
// cannot reach, is soon not believed any more.
//
// Not thread-safe: one thread runs it. Several instances may do so, each with its own.
class InformCache {
 public:
  InformCache(Database& database, GrantCache& cache, const Clock& clock)
      : cache_(cache), restore_(database, cache, clock), deliver_(database, cache, clock) {}

  struct Output {
    std::size_t restored = 0;
    std::size_t delivered = 0;
    bool more = false;  // to be delivered
  };
  // kUnavailable: the cache or the database is away; the next run() does what is left.
  domain::Result<Output> run();

 private:
  GrantCache& cache_;
  RestoreTombstones restore_;
  DeliverInvalidations deliver_;
};

}  // namespace zenzefi::app
