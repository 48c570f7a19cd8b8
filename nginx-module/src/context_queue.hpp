// Requests with which something is to be done from the event loop, and never from the stack that
// found out about it.
#pragma once

#include "context.hpp"

namespace zenzefi::gateway {

// Links contexts by their `place`: whoever takes one out of the list (ngx_queue_remove) takes it
// out of here, as every request does that ends. Used within one worker.
class ContextQueue {
 public:
  // The context is in no list by then. The action may end its request, and others.
  using Action = void (*)(Context& context) noexcept;

  explicit ContextQueue(Action action) noexcept;
  ~ContextQueue();
  ContextQueue(const ContextQueue&) = delete;
  ContextQueue& operator=(const ContextQueue&) = delete;

  // Not while it is in another list.
  void push(Context& context) noexcept;

 private:
  static void run(ngx_event_t* event) noexcept;

  Action action_;
  ngx_queue_t contexts_{};
  ngx_event_t event_{};
};

}  // namespace zenzefi::gateway
