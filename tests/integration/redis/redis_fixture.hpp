// What the tests of the service's Redis client share.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <mutex>
#include <string>
#include <vector>

#include "infra/redis/connection_pool.hpp"
#include "tests/support/await.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::infra {

class RedisTest : public testing::Test {
 protected:
  RedisTest() { static_cast<void>(std::signal(SIGPIPE, SIG_IGN)); }

  [[nodiscard]] static RedisPoolOptions options_for(const test::RedisServer& redis) {
    return {.address = {.port = redis.port()}};
  }

  template <typename Action>
  static std::chrono::milliseconds time_of(Action&& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  }
};

// What a pool says of its Redis.
class Reports {
 public:
  void add(bool reachable, const std::string& reason) {
    const std::lock_guard guard{lock_};
    reports_.push_back((reachable ? "up" : "down: ") + reason);
  }

  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard guard{lock_};
    return reports_;
  }

 private:
  mutable std::mutex lock_;
  std::vector<std::string> reports_;
};

}  // namespace zenzefi::infra
