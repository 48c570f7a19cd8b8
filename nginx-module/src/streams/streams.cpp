#include "streams/streams.hpp"

#include <algorithm>
#include <utility>

#include "lookup/judgement.hpp"
#include "now.hpp"
#include "streams/end_request.hpp"

namespace zenzefi::gateway {
namespace {

// The clock may be set meanwhile.
constexpr std::int64_t kLongestWait = 10'000;
// In a round no more than so many look-ups are under way, and begun, between two pauses.
constexpr std::size_t kAtOnce = 64;
constexpr ngx_msec_t kPauseInRound = 10;
constexpr ngx_msec_t kRetryDelay = 1'000;
constexpr ngx_msec_t kWatchDelay = 1'000;
constexpr std::chrono::milliseconds kShortestSilence{1'000};

std::int64_t milliseconds_until(Timestamp end) noexcept {
  const ngx_time_t* now = ngx_timeofday();
  return (end.time_since_epoch().count() - now->sec) * 1000 - static_cast<std::int64_t>(now->msec);
}

Counter counter_of(Verdict why) noexcept {
  switch (why) {
    case Verdict::kExpired:
      return Counter::kCutExpired;
    case Verdict::kRevoked:
      return Counter::kCutRevoked;
    default:
      return Counter::kCutUnknown;
  }
}

}  // namespace

Streams::Streams(L1Cache l1, const ZoneSettings& settings, Lookups& lookups, redis::Link* link,
                 Metrics& metrics) noexcept
    : l1_(l1),
      settings_(settings),
      link_(link),
      metrics_(metrics),
      meter_(l1, metrics, link),
      rechecks_(*this, lookups),
      to_be_refused_(&refuse_cut),
      end_timer_(this, &Streams::on_end, TimerKind::kIdle),
      watch_timer_(this, &Streams::on_watch, TimerKind::kIdle),
      round_timer_(this, &Streams::on_round, TimerKind::kIdle) {
  if (link_ != nullptr) {
    link_->tell(this);
  }
}

Streams::~Streams() {
  if (link_ != nullptr) {
    link_->tell(nullptr);
  }
}

void Streams::decided(const LocationConf& conf, Context& context) noexcept {
  if (!conf.stream_cut || conf.mode != kOn || !context.decision.granted()) {
    ended(context);
    return;
  }
  context.stream.conf = &conf;
  if (context.stream.place != nullptr) {
    return;
  }
  registry_.add(context);
  metrics_.show_requests(registry_.size());
  context.stream.checked_in = round_;
  ends_at(context.decision.grant.expires_at);
  if (link_ != nullptr && !watch_timer_.running()) {
    watch_timer_.start(kWatchDelay);
  }
  if (may_be_overtaken(context)) {
    look_up_again(context);
  }
}

void Streams::ended(Context& context) noexcept {
  if (context.stream.place != nullptr) {
    registry_.remove(context);
    metrics_.show_requests(registry_.size());
  }
}

// News of a change can arrive before the answer to a question that was put before the change; then
// it has found no request to concern.
bool Streams::may_be_overtaken(const Context& context) const noexcept {
  const Origin origin = context.decision.origin;
  return (origin == Origin::kRedis || origin == Origin::kService) && link_ != nullptr &&
         link_->stands() && !is_confirmed(context.hash);
}

bool Streams::is_confirmed(const TokenHash& hash) const noexcept {
  const Moment now = cached_moment();
  const Finding finding = L1Cache{l1_}.find(hash, cached_time(), now);
  return judge(finding, now, settings_.unconfirmed) == Verdict::kGranted &&
         finding.standing.confirmed_at >= round_began_;
}

void Streams::ends_at(Timestamp end) noexcept {
  if (end < next_end_) {
    next_end_ = end;
    wait_for_end();
  }
}

void Streams::wait_for_end() noexcept {
  const std::int64_t wait =
      std::clamp<std::int64_t>(milliseconds_until(next_end_), 1, kLongestWait);
  end_timer_.start(static_cast<ngx_msec_t>(wait));
}

void Streams::on_end(void* streams) noexcept {
  static_cast<Streams*>(streams)->cut_ended();
}

void Streams::cut_ended() noexcept {
  const Timestamp now = cached_time();
  if (now >= next_end_) {
    next_end_ = Timestamp::max();
    registry_.for_each([&](Context& context) {
      const Timestamp end = context.decision.grant.expires_at;
      if (context.stream.is_cut()) {
        return;
      }
      if (end <= now) {
        cut(context, Verdict::kExpired);
      } else {
        next_end_ = std::min(next_end_, end);
      }
    });
  }
  if (next_end_ != Timestamp::max()) {
    wait_for_end();
  }
}

void Streams::cut(Context& context, Verdict why) noexcept {
  if (context.stream.is_cut()) {
    return;
  }
  context.stream.cut = why;
  metrics_.count(counter_of(why));
  const std::string_view reason = reason_name(why);
  ngx_log_error(NGX_LOG_INFO, context.request->connection->log, 0, "access token ended: %*s",
                reason.size(), reason.data());
  // Not here: it would leave the registry, which is being walked through.
  if (can_be_refused(*context.request)) {
    to_be_refused_.push(context);
  } else {
    end_request(context.request);
  }
}

void Streams::cut_all(const TokenHash& hash, Verdict why) noexcept {
  if (!registry_.contains(hash)) {
    return;
  }
  registry_.for_each(hash, [&](Context& context) { cut(context, why); });
  if (why == Verdict::kRevoked) {
    meter_.done(hash, Timing::kCut);
  }
}

void Streams::extend(const TokenHash& hash, const Grant& grant) noexcept {
  registry_.for_each(hash, [&](Context& context) { context.decision.grant = grant; });
  if (registry_.contains(hash)) {
    ends_at(grant.expires_at);
  }
}

void Streams::changed(const TokenHash& hash, bool was_granted) noexcept {
  if (was_granted) {
    meter_.done(hash, Timing::kDrop);
  }
  bool begun = false;
  registry_.for_each(hash, [&](Context& context) {
    if (!std::exchange(begun, true)) {
      look_up_again(context);
    }
  });
}

void Streams::all_changed() noexcept {
  ++round_;
  round_began_ = exact_moment();
  begin_round(1);
}

// The cover is that of all workers' feeds; what this worker does not hear of itself, it has to look
// for.
bool Streams::is_deaf(Moment now, std::chrono::milliseconds silence) const noexcept {
  return now - l1_.coverage().through() >= silence ||
         (link_ != nullptr && !(link_->stands() && link_->is_informed()));
}

// Not into the look-ups of the round before, however long the service takes.
void Streams::watch() noexcept {
  const Moment now = cached_moment();
  const auto silence = std::max(kShortestSilence, settings_.unconfirmed);
  if (is_deaf(now, silence) && now - round_began_ >= silence && rechecks_.count() == 0) {
    all_changed();
  }
  watch_timer_.start(kWatchDelay);
}

void Streams::on_watch(void* streams) noexcept {
  Streams& self = *static_cast<Streams*>(streams);
  if (self.registry_.size() != 0) {
    self.watch();
  }
}

void Streams::look_up_again(Context& context) noexcept {
  registry_.for_each(context.hash, [&](Context& other) { other.stream.checked_in = round_; });
  metrics_.count(Counter::kRechecks);
  if (!rechecks_.begin(context)) {
    retry_later(context.hash);
  }
}

void Streams::found(const TokenHash& hash, const Decision& decision) noexcept {
  switch (decision.verdict) {
    case Verdict::kGranted:
      extend(hash, decision.grant);
      // What passes in an outage is not the last word, nor what L1 knew before anything may have
      // changed unheard.
      if (decision.origin == Origin::kL1 && !is_confirmed(hash)) {
        retry_later(hash);
      }
      break;
    case Verdict::kUnknown:
    case Verdict::kExpired:
    case Verdict::kRevoked:
      cut_all(hash, decision.verdict);
      break;
    default:
      retry_later(hash);
      break;
  }
}

void Streams::retry_later(const TokenHash& hash) noexcept {
  registry_.for_each(hash, [&](Context& context) { context.stream.checked_in = round_ - 1; });
  if (next_bucket_ < Registry::kBuckets) {
    another_round_ = true;
  } else {
    begin_round(kRetryDelay);
  }
}

void Streams::begin_round(ngx_msec_t delay) noexcept {
  next_bucket_ = 0;
  another_round_ = false;
  round_timer_.start(delay);
}

void Streams::on_round(void* streams) noexcept {
  static_cast<Streams*>(streams)->go_on_with_round();
}

void Streams::go_on_with_round() noexcept {
  for (std::size_t begun = 0; next_bucket_ < Registry::kBuckets; ++next_bucket_) {
    if (begun >= kAtOnce || rechecks_.count() >= kAtOnce) {
      round_timer_.start(kPauseInRound);
      return;
    }
    registry_.for_each_in(next_bucket_, [&](Context& context) {
      if (context.stream.checked_in != round_ && !context.stream.is_cut()) {
        look_up_again(context);
        ++begun;
      }
    });
  }
  if (another_round_) {
    begin_round(kRetryDelay);
  }
}

}  // namespace zenzefi::gateway
