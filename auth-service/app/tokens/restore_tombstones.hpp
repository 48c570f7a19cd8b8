#pragma once

#include <cstddef>
#include <string>

#include "app/database.hpp"
#include "app/grant_cache.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// A Redis that was started again may have come up with an old snapshot, in which a token revoked
// since is still granted. So whenever another Redis answers than the last time, and once at the
// start, all revoked tokens whose time is not over get their tombstone again. Other records are
// none of its business: they are right, or end early, or were put there by other programs.
//
// Not thread-safe: one thread runs it.
class RestoreTombstones {
 public:
  RestoreTombstones(Database& database, GrantCache& cache, const Clock& clock)
      : database_(database), cache_(cache), clock_(clock) {}

  // The number of tombstones put; 0 when it is the same Redis as before. kUnavailable: Redis or the
  // database is away; the next run() does what is left.
  domain::Result<std::size_t> run();

  // The Redis that has all tombstones has lost them.
  void forget() { restored_.clear(); }

  static constexpr std::size_t kBatch = 500;

 private:
  Database& database_;
  GrantCache& cache_;
  const Clock& clock_;
  std::string restored_;  // the incarnation that has all tombstones
};

}  // namespace zenzefi::app
