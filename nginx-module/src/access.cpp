#include "access.hpp"

#include "answer.hpp"
#include "config.hpp"
#include "context.hpp"
#include "limit_access.hpp"
#include "lookup/lookups.hpp"
#include "now.hpp"
#include "service_check.hpp"
#include "status/names.hpp"
#include "streams/streams.hpp"
#include "usage/usage_meter.hpp"
#include "worker.hpp"

namespace zenzefi::gateway {
namespace {

void log_refusal(ngx_http_request_t* r, Verdict verdict, std::string_view what) noexcept {
  const ngx_uint_t level = verdict == Verdict::kUnavailable ? NGX_LOG_WARN : NGX_LOG_INFO;
  const std::string_view reason = reason_name(verdict);
  ngx_log_error(level, r->connection->log, 0, "access token %*s: %*s", what.size(), what.data(),
                reason.size(), reason.data());
}

ngx_int_t conclude(ngx_http_request_t* r, const LocationConf& conf,
                   const Decision& decision) noexcept {
  if (Worker* worker = Worker::current()) {
    worker->metrics().decided(key_of(conf.mode == kDryRun, decision));
  }
  if (conf.mode == kDryRun) {
    if (!decision.granted()) {
      log_refusal(r, decision.verdict, "would be refused");
    }
    return NGX_DECLINED;
  }
  if (decision.granted()) {
    return NGX_OK;
  }
  log_refusal(r, decision.verdict, "refused");
  return refuse(r, decision);
}

// So that a client that leaves meanwhile is noticed, whatever events its connection watches so far.
ngx_int_t wait(ngx_http_request_t* r) noexcept {
  ngx_event_t* const read = r->connection->read;
  r->read_event_handler = ngx_http_test_reading;
  if (read->ready != 0) {
    ngx_post_event(read, &ngx_posted_events);
  } else if (ngx_handle_read_event(read, 0) != NGX_OK) {
    return NGX_HTTP_SERVICE_UNAVAILABLE;
  }
  return NGX_AGAIN;
}

// True when the context is decided, or never had a token.
bool look_up(ngx_http_request_t* r, const LocationConf& conf, Context& context,
             Lookups& lookups) noexcept {
  if (context.progress == Progress::kToken) {
    lookups.join(context);
  }
  if (context.progress == Progress::kMustAsk &&
      ask_service(r, context, conf.service) == NGX_AGAIN) {
    return false;
  }
  return context.progress == Progress::kDecided || context.progress == Progress::kNoToken;
}

// A request can have been on its way since (X-Accel-Redirect), but its grant still ends on time.
// One that was cut comes here once more when there is an error_page for it.
void end_grant_on_time(Context& context) noexcept {
  Decision& decision = context.decision;
  if (context.stream.is_cut()) {
    decision.verdict = context.stream.cut;
  } else if (decision.granted() && decision.grant.expired_at(cached_time())) {
    decision.verdict = Verdict::kExpired;
  }
}

// Null where nothing is counted.
UsageMeter* usage_of(const LocationConf& conf, const Context& context, Worker& worker) noexcept {
  return conf.usage && context.decision.granted() ? worker.usage() : nullptr;
}

}  // namespace

ngx_int_t check_access(ngx_http_request_t* r) noexcept {
  const LocationConf& conf = location_conf(r);
  if (conf.mode == kOff) {
    return NGX_DECLINED;
  }
  Context* context = find_context(r);
  Worker* worker = Worker::current();
  if (context == nullptr || worker == nullptr) {
    return conclude(r, conf, Decision{});
  }
  worker->limits().prepare(conf, context->hash);
  if (!look_up(r, conf, *context, worker->lookups())) {
    return wait(r);
  }
  if (r->read_event_handler == ngx_http_test_reading) {
    r->read_event_handler = ngx_http_block_reading;
  }
  end_grant_on_time(*context);
  if (const UsageMeter* usage = usage_of(conf, *context, *worker)) {
    usage->expect(*context);
  }
  worker->limits().apply(conf, *context);
  worker->streams().decided(conf, *context);
  if (UsageMeter* usage = usage_of(conf, *context, *worker)) {
    usage->begin(*context);
  }
  return conclude(r, conf, context->decision);
}

}  // namespace zenzefi::gateway
