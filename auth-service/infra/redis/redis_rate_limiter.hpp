// app::RateLimiter on Redis, for all instances together; while Redis is away, in this process's own
// memory.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "app/limits/memory_rate_limiter.hpp"
#include "infra/redis/connection_pool.hpp"

namespace zenzefi::infra {

class RedisRateLimiter final : public app::RateLimiter {
 public:
  // Called when it goes over to memory, with the reason, which has no secrets in it, and when Redis
  // has counted again, with an empty one; never twice in a row with the same. Must not throw.
  using OnChange = std::function<void(bool in_redis, const std::string& reason)>;

  explicit RedisRateLimiter(RedisPoolOptions options, OnChange on_change = {})
      : pool_{std::move(options)}, on_change_{std::move(on_change)} {}

  Verdict take(const std::string& key, const app::RateLimit& limit) override;
  void give_back(const std::string& key, std::int64_t window) override;

 private:
  // A hundred bytes or two each.
  static constexpr std::size_t kInMemory = 50'000;

  void report(bool in_redis, const std::string& reason);

  RedisPool pool_;
  app::MemoryRateLimiter memory_{kInMemory};
  const OnChange on_change_;
  std::mutex reporting_;
  std::atomic<bool> reported_in_redis_ = true;
};

}  // namespace zenzefi::infra
