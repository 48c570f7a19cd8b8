#include "lookup/resume_queue.hpp"

namespace zenzefi::gateway {
namespace {

void unlink(ngx_queue_t& place) noexcept {
  ngx_queue_remove(&place);
  ngx_queue_init(&place);
}

// As nginx enters a request again itself: limit_req after its delay, the upstream after resolving.
void resume(ngx_http_request_t* r) noexcept {
  ngx_connection_t* const connection = r->connection;
  ngx_http_set_log_request(connection->log, r);
  r->write_event_handler(r);
  ngx_http_run_posted_requests(connection);
}

}  // namespace

ResumeQueue::ResumeQueue() noexcept {
  ngx_queue_init(&contexts_);
  event_.data = this;
  event_.handler = &ResumeQueue::run;
  event_.log = ngx_cycle->log;
}

ResumeQueue::~ResumeQueue() {
  while (!ngx_queue_empty(&contexts_)) {
    unlink(*ngx_queue_head(&contexts_));
  }
  if (event_.posted != 0) {
    ngx_delete_posted_event(&event_);
  }
}

void ResumeQueue::push(Context& context) noexcept {
  ngx_queue_insert_tail(&contexts_, &context.place);
  ngx_post_event(&event_, &ngx_posted_events);
}

void ResumeQueue::run(ngx_event_t* event) noexcept {
  auto& self = *static_cast<ResumeQueue*>(event->data);
  while (!ngx_queue_empty(&self.contexts_)) {
    ngx_queue_t* const head = ngx_queue_head(&self.contexts_);
    unlink(*head);
    const Context* const context = ngx_queue_data(head, Context, place);
    resume(context->request);
  }
}

}  // namespace zenzefi::gateway
