#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "app/limits/rate_limiter.hpp"

namespace zenzefi::app {

// Counts in the memory of this process. Bounded: when it is full, the window that ends first makes
// room, so that somebody with many addresses can make it forget, and cannot make it refuse.
class MemoryRateLimiter final : public RateLimiter {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit MemoryRateLimiter(std::size_t capacity,
                             std::function<Time()> now = std::chrono::steady_clock::now)
      : capacity_(capacity), now_(std::move(now)) {}

  Verdict take(const std::string& key, const RateLimit& limit) override;
  void give_back(const std::string& key, std::int64_t window) override;

  [[nodiscard]] std::size_t size() const;

 private:
  struct Window {
    std::uint32_t count = 0;
    Time end;
  };

  Window& window_of(const std::string& key, std::chrono::seconds length, Time now);

  const std::size_t capacity_;
  const std::function<Time()> now_;

  mutable std::mutex lock_;
  std::unordered_map<std::string, Window> windows_;
  std::set<std::pair<Time, std::string>> ends_;  // of the same windows
};

}  // namespace zenzefi::app
