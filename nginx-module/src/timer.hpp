// A timer of nginx's event loop that cannot outlive its owner.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// Whether a worker that shuts down waits for the timer: it must while a request does.
enum class TimerKind { kHoldsExit, kIdle };

// Used within one worker process. The callback may destroy the timer.
class Timer {
 public:
  using Callback = void (*)(void* owner) noexcept;

  Timer(void* owner, Callback callback, TimerKind kind) noexcept;
  ~Timer() { stop(); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Starts anew if it runs.
  void start(ngx_msec_t delay) noexcept;
  void stop() noexcept;
  // At any time.
  void set_kind(TimerKind kind) noexcept { event_.cancelable = kind == TimerKind::kIdle ? 1 : 0; }
  [[nodiscard]] bool running() const noexcept { return event_.timer_set != 0; }

 private:
  static void fired(ngx_event_t* event) noexcept;

  // nginx's debug log takes whatever `ngx_event_t::data` points to for a connection and prints its
  // descriptor.
  ngx_connection_t identity_{};
  ngx_event_t event_{};
  void* owner_;
  Callback callback_;
};

}  // namespace zenzefi::gateway
