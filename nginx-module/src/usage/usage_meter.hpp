// access_token_usage: what each token's holder uses, handed to Redis once a second.
//
//   request let in ─► open_ ─(each second, and at its end)─► table_ ─(each second)─► sender_
//
// A request that lasts is counted while it does. What a killed worker had counted within its last
// second is lost; nothing is counted twice.
#pragma once

#include "context.hpp"
#include "metrics/metrics.hpp"
#include "timer.hpp"
#include "usage/usage_sender.hpp"
#include "usage/usage_table.hpp"

namespace zenzefi::gateway {

// Of one worker; used from its event loop only.
class UsageMeter {
 public:
  // `endpoints` is not empty; it and `metrics` outlive this object.
  UsageMeter(RedisSettings endpoints, Metrics& metrics);
  // Hands on what is left, for which it waits a moment.
  ~UsageMeter();
  UsageMeter(const UsageMeter&) = delete;
  UsageMeter& operator=(const UsageMeter&) = delete;

  // Soon begin() will be called for it.
  void expect(Context& context) const noexcept;
  // The request was let in where use is counted: from now on it is, until it ends.
  void begin(Context& context) noexcept;
  // Soon it will end.
  void expect_end(const Context& context) const noexcept;
  // The request ends, and its memory is still there.
  void ended(Context& context) noexcept;

 private:
  void count(Context& context) noexcept;
  void count_open() noexcept;
  void send_if_idle() noexcept;
  [[nodiscard]] bool send_batch() noexcept;
  void say_lost(std::string_view why) noexcept;

  static void on_timer(void* usage) noexcept;
  static void on_delivered(void* usage) noexcept;

  Metrics& metrics_;
  ngx_queue_t open_{&open_, &open_};
  UsageTable table_;
  UsageSender sender_;
  Timer timer_;
  bool has_more_ = false;  // to send as soon as the sender is idle
  bool has_complained_ = false;
};

}  // namespace zenzefi::gateway
