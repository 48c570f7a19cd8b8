#include "timer.hpp"

namespace zenzefi::gateway {

Timer::Timer(void* owner, Callback callback, TimerKind kind) noexcept
    : owner_(owner), callback_(callback) {
  identity_.data = this;
  identity_.fd = static_cast<ngx_socket_t>(-1);
  event_.data = &identity_;
  event_.handler = &Timer::fired;
  event_.log = ngx_cycle->log;
  set_kind(kind);
}

void Timer::start(ngx_msec_t delay) noexcept {
  stop();
  ngx_add_timer(&event_, delay);
}

void Timer::stop() noexcept {
  if (event_.timer_set != 0) {
    ngx_del_timer(&event_);
  }
}

void Timer::fired(ngx_event_t* event) noexcept {
  auto* timer = static_cast<Timer*>(static_cast<ngx_connection_t*>(event->data)->data);
  timer->callback_(timer->owner_);
}

}  // namespace zenzefi::gateway
