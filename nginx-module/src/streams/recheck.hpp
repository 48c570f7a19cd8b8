// Looks up a token again whose requests are under way.
#pragma once

#include <cstddef>

#include "context.hpp"
#include "lookup/lookups.hpp"

namespace zenzefi::gateway {

class Recheck;
class Streams;

// All of one worker. Used from its event loop only.
class Rechecks {
 public:
  Rechecks(Streams& streams, Lookups& lookups) noexcept;
  // Nobody hears of what is still under way.
  ~Rechecks();
  Rechecks(const Rechecks&) = delete;
  Rechecks& operator=(const Rechecks&) = delete;

  // Asks as any request would, L1 first, on behalf of one that is under way: it may end meanwhile.
  // Streams::found() is told afterwards, never before this returns. False when there is no memory.
  [[nodiscard]] bool begin(const Context& stream) noexcept;

  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  friend class Recheck;

  void report(const Recheck& recheck) noexcept;
  static void reap(ngx_event_t* event) noexcept;

  Streams& streams_;
  Lookups& lookups_;
  std::size_t count_ = 0;
  ngx_queue_t under_way_{};
  ngx_queue_t done_{};
  ngx_event_t reaper_{};
};

}  // namespace zenzefi::gateway
