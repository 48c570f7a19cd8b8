#include "response_filter.hpp"

#include "context.hpp"
#include "limit_access.hpp"
#include "usage/traffic.hpp"
#include "usage/usage_meter.hpp"
#include "worker.hpp"

namespace zenzefi::gateway {
namespace {

// nginx's chain of header filters is made of variables like this one.
ngx_http_output_header_filter_pt next_filter = nullptr;

ngx_int_t response_begins(ngx_http_request_t* r) noexcept {
  Context* context = r == r->main ? find_context(r) : nullptr;
  Worker* worker = Worker::current();
  if (context != nullptr && worker != nullptr) {
    note_upgrade(*r, context->usage);
    worker->limits().expect_end(*context);
    if (const UsageMeter* usage = worker->usage()) {
      usage->expect_end(*context);
    }
  }
  return next_filter(r);
}

}  // namespace

void filter_responses() noexcept {
  next_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = &response_begins;
}

}  // namespace zenzefi::gateway
