// A request without a client, on which sub-requests can be made.
#pragma once

#include <cstddef>

#include "ngx.hpp"

namespace zenzefi::gateway {

// nginx asks upstreams only on behalf of a request, and one that streams cannot have sub-requests
// any more. This one takes its place: it has the same server's configuration, appears in no log,
// and what would be sent to its client goes nowhere. Used from one worker's event loop only.
class StandInRequest {
 public:
  using Entered = void (*)(void* owner) noexcept;

  StandInRequest() noexcept = default;
  // Not while nginx works on it: not from within `Entered`, and not with a sub-request under way,
  // unless the worker ends.
  ~StandInRequest();
  StandInRequest(const StandInRequest&) = delete;
  StandInRequest& operator=(const StandInRequest&) = delete;

  // `entered` is called when nginx enters the request: after a sub-request has ended. False when
  // there is no memory.
  [[nodiscard]] bool make(const ngx_http_request_t& like, Entered entered, void* owner) noexcept;

  [[nodiscard]] ngx_http_request_t* get() noexcept { return request_; }

  // After a sub-request was made, from outside of nginx's own handlers.
  void run_posted() noexcept { ngx_http_run_posted_requests(&connection_); }

 private:
  [[nodiscard]] bool make_connection(const ngx_http_request_t& like) noexcept;
  [[nodiscard]] bool make_request(const ngx_http_request_t& like) noexcept;

  static void on_entered(ngx_http_request_t* r) noexcept;
  static void on_freed(void* self) noexcept;
  static u_char* describe(ngx_log_t* log, u_char* buffer, std::size_t length) noexcept;

  ngx_http_request_t* request_ = nullptr;
  Entered entered_ = nullptr;
  void* owner_ = nullptr;

  ngx_connection_t connection_{};
  ngx_event_t read_{};
  ngx_event_t write_{};
  ngx_log_t log_{};
  ngx_http_log_ctx_t log_context_{};
  ngx_http_connection_t http_connection_{};
};

}  // namespace zenzefi::gateway
