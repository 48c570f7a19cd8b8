// Requests that can go on, entered again from the event loop and never from the stack that found
// their answer.
#pragma once

#include "context.hpp"

namespace zenzefi::gateway {

// Links contexts by their `place`: whoever takes one out of the list (ngx_queue_remove) takes it
// out of here. Used within one worker.
class ResumeQueue {
 public:
  ResumeQueue() noexcept;
  ~ResumeQueue();
  ResumeQueue(const ResumeQueue&) = delete;
  ResumeQueue& operator=(const ResumeQueue&) = delete;

  // Not while it is in another list.
  void push(Context& context) noexcept;

 private:
  static void run(ngx_event_t* event) noexcept;

  ngx_queue_t contexts_{};
  ngx_event_t event_{};
};

}  // namespace zenzefi::gateway
