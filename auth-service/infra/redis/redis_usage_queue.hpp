// app::UsageQueue on the Redis stream of shared/usage.hpp, as one consumer of its group.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "app/usage/usage_queue.hpp"
#include "infra/redis/connection.hpp"

namespace zenzefi::infra {

struct RedisUsageQueueOptions {
  RedisAddress address = {};
  // Of this process alone, and the same after a restart, so that it finds what it left behind.
  std::string consumer = {};
  std::size_t batch = 256;                  // entries at most in one take()
  std::chrono::milliseconds timeout{1000};  // to connect, and for a command besides its wait
  std::chrono::milliseconds claim_interval{10'000};   // between looks at what others left behind
  std::chrono::milliseconds abandoned_after{60'000};  // what a consumer has held that long
};

// Over a connection of its own, made when it is needed: no worker waits for it. For one thread.
class RedisUsageQueue final : public app::UsageQueue {
 public:
  explicit RedisUsageQueue(RedisUsageQueueOptions options);
  // Signs off from the group, if nothing is left to acknowledge.
  ~RedisUsageQueue() override;

  domain::Result<std::vector<app::UsageEntry>> take(std::chrono::milliseconds wait) override;
  domain::Result<void> acknowledge(std::span<const app::UsageEntry> entries) override;
  domain::Result<std::optional<Timestamp>> oldest() override;
  domain::Result<void> show(std::span<const domain::ProxySession> sessions) override;

 private:
  using Entries = std::vector<app::UsageEntry>;
  using SteadyClock = std::chrono::steady_clock;

  template <typename Work>
  auto attempt(Work&& work) -> domain::Result<std::invoke_result_t<Work&>>;
  RedisReply command(std::span<const std::string_view> words, std::chrono::milliseconds wait = {});
  void connect();
  void ensure_group();
  Entries read_own();
  Entries claim_abandoned();
  Entries read_new(std::chrono::milliseconds wait);
  Entries read(std::string_view from, std::optional<std::chrono::milliseconds> wait);
  void show_together(std::span<const domain::ProxySession> sessions);

  RedisUsageQueueOptions options_;
  std::optional<RedisConnection> connection_;
  bool has_own_ = true;  // entries handed to this consumer may be unacknowledged
  SteadyClock::time_point next_claim_{};
  std::string claim_cursor_ = "0-0";
};

}  // namespace zenzefi::infra
