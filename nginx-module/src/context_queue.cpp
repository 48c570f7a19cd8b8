#include "context_queue.hpp"

namespace zenzefi::gateway {
namespace {

void unlink(ngx_queue_t& place) noexcept {
  ngx_queue_remove(&place);
  ngx_queue_init(&place);
}

}  // namespace

ContextQueue::ContextQueue(Action action) noexcept : action_(action) {
  ngx_queue_init(&contexts_);
  event_.data = this;
  event_.handler = &ContextQueue::run;
  event_.log = ngx_cycle->log;
}

ContextQueue::~ContextQueue() {
  while (!ngx_queue_empty(&contexts_)) {
    unlink(*ngx_queue_head(&contexts_));
  }
  if (event_.posted != 0) {
    ngx_delete_posted_event(&event_);
  }
}

void ContextQueue::push(Context& context) noexcept {
  ngx_queue_insert_tail(&contexts_, &context.place);
  ngx_post_event(&event_, &ngx_posted_events);
}

void ContextQueue::run(ngx_event_t* event) noexcept {
  auto& self = *static_cast<ContextQueue*>(event->data);
  while (!ngx_queue_empty(&self.contexts_)) {
    ngx_queue_t* const head = ngx_queue_head(&self.contexts_);
    unlink(*head);
    self.action_(*ngx_queue_data(head, Context, place));
  }
}

}  // namespace zenzefi::gateway
