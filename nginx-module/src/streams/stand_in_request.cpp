#include "streams/stand_in_request.hpp"

#include <cstddef>
#include <type_traits>

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kPoolSize = 2048;
constexpr std::size_t kConnectionPoolSize = 256;

void ignore(ngx_event_t* /*event*/) noexcept {}

// Sent, as far as nginx knows.
ngx_chain_t* swallow(ngx_connection_t* /*connection*/, ngx_chain_t* chain,
                     off_t /*limit*/) noexcept {
  for (; chain != nullptr; chain = chain->next) {
    chain->buf->pos = chain->buf->last;
    chain->buf->file_pos = chain->buf->file_last;
  }
  return nullptr;
}

void prepare_event(ngx_event_t& event, ngx_connection_t& connection) noexcept {
  event.data = &connection;
  event.handler = &ignore;
  event.log = connection.log;
  // nginx must not try to watch a socket that does not exist.
  event.active = 1;
}

}  // namespace

StandInRequest::~StandInRequest() {
  if (request_ != nullptr) {
    ngx_http_free_request(request_, 0);
    ngx_destroy_pool(connection_.pool);
  }
}

bool StandInRequest::make(const ngx_http_request_t& like, Entered entered, void* owner) noexcept {
  entered_ = entered;
  owner_ = owner;
  if (!make_connection(like)) {
    return false;
  }
  if (!make_request(like)) {
    ngx_destroy_pool(connection_.pool);
    return false;
  }
  return true;
}

bool StandInRequest::make_connection(const ngx_http_request_t& like) noexcept {
  const ngx_connection_t& client = *like.connection;
  log_ = *ngx_cycle->log;
  log_.handler = &StandInRequest::describe;
  log_.data = &log_context_;
  log_.action = nullptr;
  log_.connection = client.log->connection;
  log_context_.connection = &connection_;

  connection_.fd = static_cast<ngx_socket_t>(-1);
  connection_.number = client.number;
  connection_.log = &log_;
  connection_.log_error = NGX_ERROR_INFO;
  connection_.read = &read_;
  connection_.write = &write_;
  connection_.send_chain = &swallow;
  // Of the listening socket, which the client's connection does not outlive.
  connection_.listening = client.listening;
  connection_.sockaddr = client.listening->sockaddr;
  connection_.socklen = client.listening->socklen;
  connection_.local_sockaddr = client.listening->sockaddr;
  connection_.local_socklen = client.listening->socklen;
  connection_.addr_text = client.listening->addr_text;
  prepare_event(read_, connection_);
  prepare_event(write_, connection_);
  write_.write = 1;
  write_.ready = 1;
  connection_.pool = ngx_create_pool(kConnectionPoolSize, &log_);
  return connection_.pool != nullptr;
}

bool StandInRequest::make_request(const ngx_http_request_t& like) noexcept {
  ngx_pool_t* const pool = ngx_create_pool(kPoolSize, &log_);
  if (pool == nullptr) {
    return false;
  }
  const auto& core = *static_cast<const ngx_http_core_main_conf_t*>(
      like.main_conf[ngx_http_core_module.ctx_index]);
  auto* r = static_cast<ngx_http_request_t*>(ngx_pcalloc(pool, sizeof(ngx_http_request_t)));
  auto* contexts = static_cast<void**>(ngx_pcalloc(pool, sizeof(void*) * ngx_http_max_module));
  auto* variables = static_cast<ngx_http_variable_value_t*>(
      ngx_pcalloc(pool, core.variables.nelts * sizeof(ngx_http_variable_value_t)));
  ngx_pool_cleanup_t* const cleanup = ngx_pool_cleanup_add(pool, 0);
  if (r == nullptr || contexts == nullptr || variables == nullptr || cleanup == nullptr ||
      ngx_list_init(&r->headers_in.headers, pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK ||
      ngx_list_init(&r->headers_out.headers, pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK ||
      ngx_list_init(&r->headers_out.trailers, pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK) {
    ngx_destroy_pool(pool);
    return false;
  }
  r->signature = NGX_HTTP_MODULE;
  r->pool = pool;
  r->connection = &connection_;
  r->http_connection = &http_connection_;
  r->ctx = contexts;
  r->variables = variables;
  r->main_conf = like.main_conf;
  r->srv_conf = like.srv_conf;
  r->loc_conf = like.loc_conf;
  r->read_event_handler = ngx_http_block_reading;
  r->write_event_handler = &StandInRequest::on_entered;
  r->main = r;
  r->count = 1;
  r->subrequests = NGX_HTTP_MAX_SUBREQUESTS + 1;
  r->uri_changes = NGX_HTTP_MAX_URI_CHANGES + 1;
  r->method = NGX_HTTP_GET;
  r->method_name = ngx_string("GET");
  r->http_version = NGX_HTTP_VERSION_11;
  r->http_protocol = ngx_string("HTTP/1.1");
  r->headers_in.content_length_n = -1;
  r->headers_in.keep_alive_n = -1;
  r->headers_out.content_length_n = -1;
  r->headers_out.last_modified_time = -1;
  r->start_sec = ngx_time();
  r->http_state = NGX_HTTP_PROCESS_REQUEST_STATE;
  r->logged = 1;

  // If nginx itself gives up on the request (it has no memory), it frees it.
  cleanup->handler = &StandInRequest::on_freed;
  cleanup->data = this;
  http_connection_.conf_ctx =
      static_cast<const ngx_http_core_srv_conf_t*>(like.srv_conf[ngx_http_core_module.ctx_index])
          ->ctx;
  log_context_.request = r;
  log_context_.current_request = r;
  connection_.data = r;
  request_ = r;
  return true;
}

void StandInRequest::on_entered(ngx_http_request_t* r) noexcept {
  static_assert(std::is_standard_layout_v<StandInRequest>);
  auto* connection = reinterpret_cast<std::byte*>(r->connection);
  const auto* self =
      reinterpret_cast<const StandInRequest*>(connection - offsetof(StandInRequest, connection_));
  self->entered_(self->owner_);
}

void StandInRequest::on_freed(void* self) noexcept {
  static_cast<StandInRequest*>(self)->request_ = nullptr;
}

u_char* StandInRequest::describe(ngx_log_t* log, u_char* buffer, std::size_t length) noexcept {
  u_char* const end = buffer + length;
  if (log->action != nullptr) {
    buffer = ngx_slprintf(buffer, end, " while %s", log->action);
  }
  return ngx_slprintf(buffer, end, ", on behalf of requests under way");
}

}  // namespace zenzefi::gateway
