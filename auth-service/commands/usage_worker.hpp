// The thread that turns usage into proxy sessions.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "app/database.hpp"
#include "app/usage/consume_usage.hpp"
#include "app/usage/finish_sessions.hpp"
#include "commands/periodic.hpp"
#include "infra/redis/redis_usage_queue.hpp"
#include "shared/clock.hpp"

namespace zenzefi::commands {

// Works from construction to destruction.
class UsageWorker {
 public:
  UsageWorker(app::Database& database, infra::RedisUsageQueueOptions queue, const Clock& clock);

 private:
  std::chrono::milliseconds round();
  void finish_sessions();

  std::size_t batch_;  // entries at most in one round
  infra::RedisUsageQueue queue_;
  app::ConsumeUsage consume_usage_;
  app::FinishSessions finish_sessions_;
  std::chrono::steady_clock::time_point next_finish_{};
  bool reachable_ = true;
  Periodic thread_;  // the last member: it uses the others
};

// This process's name in the consumer group: the same after a restart, and nobody else's as long as
// each instance has a host or a port of its own.
[[nodiscard]] std::string usage_consumer_name(std::uint16_t port);

}  // namespace zenzefi::commands
