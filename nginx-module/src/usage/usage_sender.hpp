// Hands batches of usage to Redis, each until it has been taken.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "metrics/metrics.hpp"
#include "redis/connection.hpp"
#include "shared/uuid.hpp"
#include "timer.hpp"

namespace zenzefi::gateway {

// Over a connection of its own: nobody who asks about a token waits behind a batch, and it must
// reach a Redis that can be written to, where the others may prefer a replica. A batch whose answer
// was lost is sent again as it was, and known again by its writer and number (shared/usage.hpp).
// Used from one worker's event loop only.
class UsageSender {
 public:
  using Delivered = void (*)(void* owner) noexcept;

  // `endpoints` is not empty; it and `metrics` outlive this object. `delivered` is called after
  // every batch that was taken, never from within send().
  UsageSender(RedisSettings endpoints, Metrics& metrics, void* owner, Delivered delivered);
  UsageSender(const UsageSender&) = delete;
  UsageSender& operator=(const UsageSender&) = delete;

  // `deltas` as format_usage_deltas() writes them. Throws std::bad_alloc.
  void send(std::string deltas);
  // Some batch has not been taken yet.
  [[nodiscard]] bool busy() const noexcept { return !batches_.empty(); }

  // When the event loop has ended: waits, but not for long, until all is taken. The number of
  // batches that were not.
  [[nodiscard]] std::size_t finish() noexcept;

 private:
  enum class State : std::uint8_t { kIdle, kSending, kPausing };

  struct Batch {
    std::string sequence;
    std::string deltas;
  };

  [[nodiscard]] const RedisEndpoint& endpoint() const noexcept { return endpoints_[index_]; }

  void begin() noexcept;
  void transmit(const Batch& batch) noexcept;
  void taken() noexcept;
  void fail(std::string_view reason) noexcept;
  void complain(std::string_view reason) noexcept;
  [[nodiscard]] bool is_passing_over(std::string_view reason) const noexcept;

  static void on_timer(void* sender) noexcept;
  static void on_lost(void* sender, std::string_view reason) noexcept;
  static void on_login(redisAsyncContext* context, void* reply, void* sender) noexcept;
  static void on_added(redisAsyncContext* context, void* reply, void* sender) noexcept;

  RedisSettings endpoints_;
  Metrics& metrics_;
  std::vector<std::size_t> complaints_;  // the last of each endpoint, hashed; 0 for none
  void* owner_;
  Delivered delivered_;
  std::string writer_;
  std::string stream_length_;
  std::uint64_t last_sequence_ = 0;
  std::deque<Batch> batches_;  // not taken yet, in order

  redis::Connection connection_;
  Timer timer_;
  State state_ = State::kIdle;
  bool is_open_ = false;
  std::size_t index_ = 0;
  ngx_msec_t pause_ = 0;
};

}  // namespace zenzefi::gateway
