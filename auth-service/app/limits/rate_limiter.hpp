// How often something happened in the window of time that began with its first time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace zenzefi::app {

struct RateLimit {
  std::uint32_t count;
  std::chrono::seconds window;
};

// Thread-safe. Never fails: an implementation that cannot reach what it counts with counts by other
// means. May take as long as a time-out, so it is not for IO threads nor for the inside of a
// transaction.
class RateLimiter {
 public:
  RateLimiter() = default;
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;
  virtual ~RateLimiter() = default;

  struct Verdict {
    bool admitted = false;
    std::int64_t window = 0;  // the one it was counted in
    std::chrono::seconds
        left{};  // of that window, rounded up: what is refused now is admitted then
  };
  // Counts one more under `key`, unless there were `limit.count` already.
  virtual Verdict take(const std::string& key, const RateLimit& limit) = 0;

  // Takes back one that was admitted in `window`; too late when that is over.
  virtual void give_back(const std::string& key, std::int64_t window) = 0;
};

}  // namespace zenzefi::app
