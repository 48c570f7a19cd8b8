#include "streams/end_request.hpp"

#include <sys/socket.h>

#include "answer.hpp"

namespace zenzefi::gateway {
namespace {

// The stream's own connection is a stand-in that nginx takes for broken now: it resets the stream.
void end_multiplexed(const ngx_http_request_t& main) noexcept {
  ngx_connection_t& connection = *main.connection;
  connection.error = 1;
  ngx_post_event(connection.read, &ngx_posted_events);
  ngx_post_event(connection.write, &ngx_posted_events);
#if (NGX_HTTP_V2)
  if (main.stream != nullptr) {
    // nginx would keep the reset back until there is something else to send. Behind the others.
    ngx_event_t* const write = main.stream->connection->connection->write;
    if (write->posted != 0) {
      ngx_delete_posted_event(write);
    }
    ngx_post_event(write, &ngx_posted_events);
  }
#endif
}

#if (NGX_SSL)
ssize_t send_nothing(ngx_connection_t* connection, u_char* /*data*/,
                     std::size_t /*size*/) noexcept {
  connection->error = 1;
  return NGX_ERROR;
}

ngx_chain_t* send_no_chain(ngx_connection_t* connection, ngx_chain_t* /*chain*/,
                           off_t /*limit*/) noexcept {
  connection->error = 1;
  return NGX_CHAIN_ERROR;
}

// A client can tell by it an answer that was cut short from one that is complete. Where nginx has
// half a record to send already, OpenSSL sends none. From then on it takes nothing any more: nginx
// would find that [crit].
void notify_of_close(ngx_connection_t& connection) noexcept {
  if (connection.ssl == nullptr || connection.ssl->handshaked == 0) {
    return;
  }
  SSL_shutdown(connection.ssl->connection);
  ERR_clear_error();
  connection.send = &send_nothing;
  connection.send_chain = &send_no_chain;
}
#endif

// To nginx it is as if the client had left. What the client sent before is thrown away unread, what
// it sends from now on is refused by the kernel.
void end_connection(ngx_connection_t& connection) noexcept {
  constexpr std::size_t kAtOnce = std::size_t{1} << 30;
#if (NGX_SSL)
  notify_of_close(connection);
#endif
  shutdown(connection.fd, SHUT_RDWR);
  while (recv(connection.fd, nullptr, kAtOnce, MSG_TRUNC | MSG_DONTWAIT) > 0) {
  }
}

bool waits_for_target(const ngx_http_request_t& main) noexcept {
  return main.upstream != nullptr && main.upstream->cleanup != nullptr;
}

bool waits_for_body(const ngx_http_request_t& main) noexcept {
  return main.request_body != nullptr && main.request_body->rest > 0;
}

// With headers of its own in the answer already, even if a filter still holds that back.
bool target_answers(const ngx_http_request_t& main) noexcept {
  return main.upstream != nullptr && main.upstream->header_sent != 0;
}

void forget_refusal(void* node) noexcept {
  static_cast<StreamNode*>(node)->is_refused = false;
}

// Until the request ends, and is logged.
bool hide_user(Context& context) noexcept {
  ngx_http_cleanup_t* const cleanup = ngx_http_cleanup_add(context.request, 0);
  if (cleanup == nullptr) {
    return false;
  }
  cleanup->handler = &forget_refusal;
  cleanup->data = &context.stream;
  context.stream.is_refused = true;
  return true;
}

// nginx leaves a body alone that somebody reads; its reader would hand it on to the target at its
// end.
void stop_reading(ngx_http_request_t& main) noexcept {
  main.read_event_handler = ngx_http_block_reading;
#if (NGX_HTTP_V2)
  if (main.stream != nullptr) {
    main.stream->skip_data = 1;
  }
#endif
}

void drop_body(ngx_http_request_t& main) noexcept {
  ngx_event_t* const read = main.connection->read;
  if (read->timer_set != 0) {
    ngx_del_timer(read);
  }
  // What of it still comes must not have the kernel throw the answer away.
  main.lingering_close = 1;
  // The target of an error_page would wait for it.
  main.request_body->bufs = nullptr;
  main.request_body->rest = 0;
  main.headers_in.content_length_n = 0;
  main.headers_in.chunked = 0;
  main.reading_body = 0;
}

// As nginx leaves an upstream for another in ngx_http_upstream_create(): the one that is left
// counts down what is counted up here.
void leave_target(ngx_http_request_t& main) noexcept {
  if (waits_for_target(main)) {
    ++main.count;
    (*main.upstream->cleanup)(&main);
  }
}

}  // namespace

bool can_be_refused(const ngx_http_request_t& main) noexcept {
  const ngx_connection_t& connection = *main.connection;
  // A count above 1 is a sub-request or somebody else who works on it.
  return main.header_sent == 0 && main.count == 1 && main.blocked == 0 && main.aio == 0 &&
         main.done == 0 && main.postponed == nullptr && connection.data == &main &&
         connection.error == 0 && !target_answers(main) &&
         (waits_for_target(main) || waits_for_body(main));
}

void refuse_cut(Context& context) noexcept {
  ngx_http_request_t& main = *context.request;
  if (!can_be_refused(main) || !hide_user(context)) {
    end_request(&main);
    return;
  }
  ngx_connection_t* const connection = main.connection;
  ngx_http_set_log_request(connection->log, &main);
  Decision decision = context.decision;
  decision.verdict = context.stream.cut;
  main.keepalive = 0;
  const bool has_more_to_come = waits_for_body(main);
  leave_target(main);
  stop_reading(main);
  if (has_more_to_come) {
    drop_body(main);
  }
  if (const ngx_int_t rc = refuse(&main, decision); rc != NGX_DONE) {
    ngx_http_finalize_request(&main, rc);
  }
  ngx_http_run_posted_requests(connection);
}

void end_request(ngx_http_request_t* main) noexcept {
  ngx_connection_t& connection = *main->connection;
  constexpr auto kNoSocket = static_cast<ngx_socket_t>(-1);
  if (main->stream != nullptr || connection.fd == kNoSocket) {
    end_multiplexed(*main);
  } else {
    end_connection(connection);
  }
}

}  // namespace zenzefi::gateway
