#include "limit_access.hpp"

#include <algorithm>
#include <chrono>

#include "now.hpp"
#include "rate_report.hpp"

namespace zenzefi::gateway {
namespace {

const Uuid& key_of(const LimitSettings& limit, const Grant& grant) noexcept {
  return limit.key == kByUser ? grant.user_id : grant.token_id;
}

}  // namespace

Limits::Limits(L1Cache l1, RateReport* report) noexcept
    : rates_(l1.rates()),
      connections_(l1.connections()),
      self_(ProcessIdentity::of(ngx_pid)),
      report_(report),
      place_(connections_.join(self_)),
      swept_at_(cached_moment()) {}

Limits::~Limits() {
  if (place_) {
    connections_.leave(*place_, self_);
  }
}

void Limits::expect(const LocationConf& conf, const TokenHash& hash) const noexcept {
  if (conf.connections != 0) {
    connections_.prefetch(HashWords{hash});
  }
}

void Limits::expect_count(const LimitSettings& limit, const Grant& grant) const noexcept {
  rates_.prefetch(key_of(limit, grant), limit.rate);
  if (report_ != nullptr) {
    report_->expect(grant.user_id);
  }
}

void Limits::prepare(const LocationConf& conf, const TokenHash& hash) const noexcept {
  if (conf.connections != 0) {
    connections_.prefetch_shares(HashWords{hash});
  }
}

void Limits::apply(const LocationConf& conf, Context& context) noexcept {
  Decision& decision = context.decision;
  if (!decision.granted()) {
    return;
  }
  if (conf.limit != nullptr) {
    expect_count(*conf.limit, decision.grant);
  }
  if (!take_connection(conf, context)) {
    decision.verdict = Verdict::kLimited;
    decision.retry_after = 1;
  } else if (conf.limit != nullptr && !count_request(*conf.limit, context)) {
    decision.verdict = Verdict::kLimited;
    ended(context);
  }
}

bool Limits::count_request(const LimitSettings& limit, Context& context) noexcept {
  if (context.is_counted) {
    return true;
  }
  context.is_counted = true;
  const Grant& grant = context.decision.grant;
  const auto answer = rates_.allow(key_of(limit, grant), limit.rate, cached_moment());
  if (!answer.allowed) {
    const auto wait = std::chrono::ceil<std::chrono::seconds>(answer.retry_after);
    context.decision.retry_after = static_cast<std::uint32_t>(wait.count());
  }
  if (answer.allowed && limit.key == kByUser && report_ != nullptr) {
    report_->passed(grant.user_id);
  }
  return answer.allowed;
}

bool Limits::take_connection(const LocationConf& conf, Context& context) noexcept {
  if (conf.connections == 0 || context.connection) {
    return true;
  }
  if (!place_) {
    say_not_counted("too many worker processes");
    return true;
  }
  const auto outcome = try_take(conf, context);
  if (outcome.result == ConnectionCounts::Result::kTaken) {
    context.connection = outcome.lease;
  } else if (outcome.result == ConnectionCounts::Result::kNoRoom) {
    say_not_counted("\"access_token_zone\" is too small");
  }
  return outcome.result != ConnectionCounts::Result::kRefused;
}

// A worker that ended in a way that nobody took over from it may still hold some: before anybody is
// refused, that is looked for.
ConnectionCounts::Outcome Limits::try_take(const LocationConf& conf,
                                           const Context& context) noexcept {
  const HashWords token{context.hash};
  const auto most = static_cast<std::uint32_t>(conf.connections);
  const auto outcome = connections_.take(token, most, *place_);
  if (outcome.result != ConnectionCounts::Result::kRefused || !is_time(swept_at_)) {
    return outcome;
  }
  connections_.sweep();
  return connections_.take(token, most, *place_);
}

void Limits::expect_end(const Context& context) const noexcept {
  if (context.connection && place_) {
    connections_.prefetch(*context.connection, *place_);
  }
}

void Limits::ended(Context& context) noexcept {
  if (context.connection && place_) {
    connections_.give_back(*context.connection, *place_);
    context.connection.reset();
  }
}

bool Limits::is_time(Moment& last) noexcept {
  const Moment now = cached_moment();
  if (now - last < std::chrono::seconds{1}) {
    return false;
  }
  last = now;
  return true;
}

void Limits::say_not_counted(const char* why) noexcept {
  if (is_time(complained_at_)) {
    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0, "access token: connections are not counted: %s",
                  why);
  }
}

}  // namespace zenzefi::gateway
