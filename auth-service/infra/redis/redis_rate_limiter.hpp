// app::RateLimiter on Redis, for all instances together; while Redis is away, in this process's own
// memory.
#pragma once

#include <optional>

#include "app/limits/memory_rate_limiter.hpp"
#include "infra/redis/connection_pool.hpp"

namespace zenzefi::infra {

class RedisRateLimiter final : public app::RateLimiter {
 public:
  explicit RedisRateLimiter(RedisPoolOptions options) : pool_{std::move(options)} {}

  Verdict take(const std::string& key, const app::RateLimit& limit) override;
  void give_back(const std::string& key, std::int64_t window) override;

 private:
  // A hundred bytes or two each.
  static constexpr std::size_t kInMemory = 50'000;

  RedisPool pool_;
  app::MemoryRateLimiter memory_{kInMemory};
};

}  // namespace zenzefi::infra
