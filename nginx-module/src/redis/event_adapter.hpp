// hiredis on nginx's event loop.
#pragma once

#include <hiredis/async.h>

#include "ngx.hpp"

namespace zenzefi::gateway::redis {

// Ties one hiredis context at a time to a connection of nginx's. Used within one worker; must not
// move while it is attached.
class EventAdapter {
 public:
  EventAdapter() = default;
  // Not while it is attached.
  ~EventAdapter() = default;
  EventAdapter(const EventAdapter&) = delete;
  EventAdapter& operator=(const EventAdapter&) = delete;

  // False when nginx has no connection left; `context` is then as it was.
  [[nodiscard]] bool attach(redisAsyncContext& context) noexcept;

  // Null from the moment hiredis lets go of its socket: before it frees the context, whoever made
  // it do that.
  [[nodiscard]] redisAsyncContext* context() const noexcept { return context_; }

 private:
  static void add_read(void* adapter) noexcept;
  static void add_write(void* adapter) noexcept;
  static void clean_up(void* adapter) noexcept;
  static void on_read(ngx_event_t* event) noexcept;
  static void on_write(ngx_event_t* event) noexcept;

  void watch_writing() noexcept;

  redisAsyncContext* context_ = nullptr;
  ngx_connection_t* connection_ = nullptr;
  bool writing_ = false;
  bool more_to_write_ = false;
};

}  // namespace zenzefi::gateway::redis
