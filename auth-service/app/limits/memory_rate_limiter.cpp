#include "app/limits/memory_rate_limiter.hpp"

namespace zenzefi::app {
namespace {

std::int64_t name_of(MemoryRateLimiter::Time end) {
  return end.time_since_epoch().count();
}

}  // namespace

RateLimiter::Verdict MemoryRateLimiter::take(const std::string& key, const RateLimit& limit) {
  const Time now = now_();
  const std::lock_guard guard{lock_};
  Window& window = window_of(key, limit.window, now);
  const bool admitted = window.count < limit.count;
  window.count += admitted ? 1 : 0;
  return {admitted, name_of(window.end), std::chrono::ceil<std::chrono::seconds>(window.end - now)};
}

void MemoryRateLimiter::give_back(const std::string& key, std::int64_t window) {
  const std::lock_guard guard{lock_};
  const auto found = windows_.find(key);
  if (found != windows_.end() && name_of(found->second.end) == window && found->second.count > 0) {
    --found->second.count;
  }
}

std::size_t MemoryRateLimiter::size() const {
  const std::lock_guard guard{lock_};
  return windows_.size();
}

MemoryRateLimiter::Window& MemoryRateLimiter::window_of(const std::string& key,
                                                        std::chrono::seconds length, Time now) {
  const auto found = windows_.find(key);
  if (found != windows_.end() && now < found->second.end) {
    return found->second;
  }
  if (found != windows_.end()) {
    ends_.erase({found->second.end, key});
    windows_.erase(found);
  } else if (windows_.size() >= capacity_) {
    windows_.erase(ends_.begin()->second);
    ends_.erase(ends_.begin());
  }
  const Time end = now + length;
  ends_.emplace(end, key);
  return windows_.emplace(key, Window{0, end}).first->second;
}

}  // namespace zenzefi::app
