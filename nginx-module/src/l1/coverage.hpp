// How far L1 is known to be up to date: the one judge of whether an entry may still be served.
//
// Every worker listens to Redis's invalidation feed and applies what it hears to the shared zone.
// Two words in the zone's head say what all of them together have covered without a gap:
//
//   since    E   what a look-up that began after E found has been under watch ever since
//   through  T   every change that was made up to T has been applied to L1
//
//   time  ──────E═══════════════════════════T────────► now
//                └ feed stands                └ last proof that nothing is outstanding
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "l1/moment.hpp"

namespace zenzefi::gateway {

// A view of the two words; cheap to copy. Thread-safe and safe across processes, lock-free.
class Coverage {
 public:
  // Lives in the zone; all zero means: nothing was ever covered.
  struct Words {
    std::atomic<std::uint64_t> through;
    std::atomic<std::uint64_t> since;
  };

  struct Standing {
    // The last moment at which the entry was known to say what Redis and the service say.
    Moment confirmed_at;
    // False: the feed was interrupted after the entry's look-up began, so a change may have been
    // missed. Such an entry is served only while nobody can be asked.
    bool covered = false;
  };

  explicit Coverage(Words& words) noexcept : words_(&words) {}

  // The standing of what a look-up that began at `began` has found.
  [[nodiscard]] Standing standing(Moment began) const noexcept;

  // Every heartbeat, by a worker whose feed has stood without interruption since `standing_since`,
  // and which has applied every change made up to `proven_through`.
  //
  // `standing_since` must not be earlier than the moment the feed stood: read the clock after the
  // replies to SUBSCRIBE and CLIENT TRACKING, do not use a cached time. `proven_through` must not
  // be later than the moment up to which everything was received: the time of sending (cached is
  // fine) of a heartbeat whose answer has come back along the feed.
  //
  // If the cover by all workers is contiguous it grows. If it is not (`proven_through` is more than
  // `tolerance` past it, and it ended before this feed stood), a new cover starts at
  // `standing_since`. Within `tolerance` another worker may still be about to report: nothing
  // changes.
  void advance(Moment standing_since, Moment proven_through,
               std::chrono::milliseconds tolerance) noexcept;

  // Everything found by look-ups that began up to now may be wrong (Redis said that all keys went).
  // `now` must be read from the clock, not be a cached time.
  void restart(Moment now) noexcept;

  [[nodiscard]] Moment through() const noexcept;
  [[nodiscard]] Moment since() const noexcept;

 private:
  Words* words_;
};

}  // namespace zenzefi::gateway
