#include "redis/event_adapter.hpp"

#include <sys/ioctl.h>

namespace zenzefi::gateway::redis {
namespace {

EventAdapter& adapter_of(const ngx_event_t* event) noexcept {
  return *static_cast<EventAdapter*>(static_cast<ngx_connection_t*>(event->data)->data);
}

void remove_event(ngx_event_t* event, ngx_int_t kind) noexcept {
  if (event->active != 0 || event->disabled != 0) {
    ngx_del_event(event, kind, NGX_CLOSE_EVENT);
  }
}

void cancel_posted(ngx_event_t* event) noexcept {
  if (event->posted != 0) {
    ngx_delete_posted_event(event);
  }
}

}  // namespace

bool EventAdapter::attach(redisAsyncContext& context) noexcept {
  connection_ = ngx_get_connection(context.c.fd, ngx_cycle->log);
  if (connection_ == nullptr) {
    return false;
  }
  context_ = &context;
  writing_ = false;
  more_to_write_ = false;
  connection_->data = this;
  connection_->read->handler = &EventAdapter::on_read;
  connection_->write->handler = &EventAdapter::on_write;
  connection_->read->log = connection_->log;
  connection_->write->log = connection_->log;
  context.ev.data = this;
  context.ev.addRead = &EventAdapter::add_read;
  context.ev.addWrite = &EventAdapter::add_write;
  context.ev.cleanup = &EventAdapter::clean_up;
  return true;
}

void EventAdapter::add_read(void* adapter) noexcept {
  auto& self = *static_cast<EventAdapter*>(adapter);
  ngx_handle_read_event(self.connection_->read, 0);
}

void EventAdapter::add_write(void* adapter) noexcept {
  auto& self = *static_cast<EventAdapter*>(adapter);
  self.more_to_write_ = true;
  if (self.writing_) {
    return;
  }
  ngx_event_t* const event = self.connection_->write;
  if (event->ready != 0) {
    // At the end of this turn of the loop, so that all commands of one turn go out as one write.
    ngx_post_event(event, &ngx_posted_events);
  } else {
    self.watch_writing();
  }
}

void EventAdapter::watch_writing() noexcept {
  ngx_handle_write_event(connection_->write, 0);
}

// hiredis reads once, at most 16 KB; the edge that told of the rest will not come again.
void EventAdapter::on_read(ngx_event_t* event) noexcept {
  EventAdapter& self = adapter_of(event);
  redisAsyncHandleRead(self.context_);
  if (self.context_ == nullptr) {
    return;
  }
  event->ready = 0;
  if ((self.context_->c.flags & REDIS_CONNECTED) == 0) {
    return;
  }
  int waiting = 0;
  if (event->pending_eof != 0 ||
      (ioctl(self.connection_->fd, FIONREAD, &waiting) == 0 && waiting > 0)) {
    ngx_post_event(event, &ngx_posted_next_events);
  }
}

void EventAdapter::on_write(ngx_event_t* event) noexcept {
  EventAdapter& self = adapter_of(event);
  self.more_to_write_ = false;
  self.writing_ = true;
  redisAsyncHandleWrite(self.context_);
  self.writing_ = false;
  if (self.context_ == nullptr) {
    return;
  }
  if (self.more_to_write_ || (self.context_->c.flags & REDIS_CONNECTED) == 0) {
    event->ready = 0;
  }
  self.watch_writing();
}

// hiredis closes the descriptor itself, right after this.
void EventAdapter::clean_up(void* adapter) noexcept {
  auto& self = *static_cast<EventAdapter*>(adapter);
  ngx_connection_t* const connection = self.connection_;
  self.connection_ = nullptr;
  self.context_ = nullptr;
  if (connection == nullptr) {
    return;
  }
  if (ngx_del_conn != nullptr) {
    ngx_del_conn(connection, NGX_CLOSE_EVENT);
  } else {
    remove_event(connection->read, NGX_READ_EVENT);
    remove_event(connection->write, NGX_WRITE_EVENT);
  }
  cancel_posted(connection->read);
  cancel_posted(connection->write);
  connection->read->closed = 1;
  connection->write->closed = 1;
  ngx_free_connection(connection);
  connection->fd = static_cast<ngx_socket_t>(-1);
}

}  // namespace zenzefi::gateway::redis
