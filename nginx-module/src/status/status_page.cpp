#include "status/status_page.hpp"

#include "config.hpp"
#include "entry.hpp"
#include "lookup/breaker_limits.hpp"
#include "now.hpp"
#include "shared_zone.hpp"
#include "status/report.hpp"

namespace zenzefi::gateway {
namespace {

StatusReport report_on(L1Cache l1) noexcept {
  StatusReport report;
  const Moment now = exact_moment();
  report.counted = snapshot_of(l1.metrics(), l1.processes());
  report.grants = l1.grants_usage();
  report.refusals = l1.refusals_usage();
  report.connections_not_counted = l1.connections().not_counted();
  const Moment through = l1.coverage().through();
  report.was_fed = through != Moment{};
  report.feed_age = now - through;
  report.breaker_open = l1.breaker(kBreakerLimits).is_open(now);
  return report;
}

ngx_int_t send(ngx_http_request_t* r) {
  const auto l1 = open_zone(*main_conf(r).shm_zone);
  if (!l1) {
    return NGX_HTTP_SERVICE_UNAVAILABLE;
  }
  const bool as_json = location_conf(r).status == kJson;
  const StatusReport report = report_on(*l1);
  const std::string text = as_json ? to_json(report) : to_prometheus(report);
  ngx_http_complex_value_t body{};
  if (!copy(r->pool, text, body.value)) {
    return NGX_HTTP_INTERNAL_SERVER_ERROR;
  }
  ngx_str_t type = borrow(as_json ? "application/json" : "text/plain; version=0.0.4");
  return ngx_http_send_response(r, NGX_HTTP_OK, &type, &body);
}

}  // namespace

ngx_int_t send_status(ngx_http_request_t* r) noexcept {
  if ((r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) == 0) {
    return NGX_HTTP_NOT_ALLOWED;
  }
  if (const ngx_int_t discarded = ngx_http_discard_request_body(r); discarded != NGX_OK) {
    return discarded;
  }
  return guarded<ngx_int_t>(NGX_HTTP_INTERNAL_SERVER_ERROR, [&] { return send(r); });
}

}  // namespace zenzefi::gateway
