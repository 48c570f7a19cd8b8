#include "redis/link.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "now.hpp"
#include "redis/replies.hpp"
#include "shared/keys.hpp"

namespace zenzefi::gateway::redis {
namespace {

constexpr std::chrono::milliseconds kHeartbeat{200};
// A worker that was busy may report that late without making a gap.
constexpr std::chrono::milliseconds kTolerance = 3 * kHeartbeat;
constexpr ngx_msec_t kShortestPause = 50;
constexpr ngx_msec_t kLongestPause = 500;
// A link that stood that long does not flap.
constexpr std::chrono::seconds kSteady{10};
constexpr std::string_view kInvalidations = "__redis__:invalidate";

// A first proof of the very millisecond in which the feed came to stand would prove nothing.
constexpr ngx_msec_t kSettlingDelay = 2;
constexpr ngx_msec_t kLeavingDelay = 10;
constexpr std::chrono::milliseconds kLongestLeave{2'000};

constexpr auto kHeartbeatDelay = static_cast<ngx_msec_t>(kHeartbeat.count());

Link& link_of(void* link) noexcept {
  return *static_cast<Link*>(link);
}

}  // namespace

Link::Link(RedisSettings endpoints, L1Cache l1, Metrics& metrics)
    : endpoints_(endpoints),
      complaints_(endpoints.size()),
      l1_(l1),
      metrics_(metrics),
      feed_(this, &Link::on_lost),
      query_(this, &Link::on_lost),
      timer_(this, &Link::on_timer, TimerKind::kIdle) {
  failed_.data = this;
  failed_.handler = &Link::on_failed;
  failed_.log = ngx_cycle->log;
  starting_until_ = exact_moment() + std::chrono::milliseconds{endpoint().connect_timeout};
  connect();
}

Link::~Link() {
  state_ = State::kPausing;
  feed_.close();
  query_.close();
  if (failed_.posted != 0) {
    ngx_delete_posted_event(&failed_);
  }
}

bool Link::is_starting() const noexcept {
  return starting_until_ && exact_moment() < *starting_until_;
}

// Setting up: the feed first, since the other connection must name it. Both log in, then
//   feed   CLIENT ID, SUBSCRIBE
//   query  PTTL, ROLE, CLIENT TRACKING
void Link::connect() noexcept {
  state_ = State::kConnecting;
  answers_due_ = 0;
  to_be_proven_.reset();
  timer_.start(endpoint().connect_timeout);
  open_feed();
}

void Link::open_feed() noexcept {
  if (const auto reason = feed_.open(endpoint(), &Link::on_login); !reason.empty()) {
    fail(reason);
    return;
  }
  feed_.send(&Link::on_feed_id, this, {"CLIENT", "ID"});
}

void Link::on_feed_id(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  Link& self = link_of(link);
  const auto* id = static_cast<const redisReply*>(reply);
  if (self.is_good(id)) {
    self.feed_id_ = id->integer;
    self.feed_.send(&Link::on_feed, link, {"SUBSCRIBE", kInvalidations});
  }
}

void Link::open_query() noexcept {
  if (const auto reason = query_.open(endpoint(), &Link::on_login); !reason.empty()) {
    fail(reason);
    return;
  }
  std::array<char, 24> id{};
  const auto end = std::to_chars(id.data(), id.data() + id.size(), feed_id_).ptr;
  ask_about_delivery();
  query_.send(&Link::on_role, this, {"ROLE"});
  query_.send(&Link::on_tracking, this,
              {"CLIENT",
               "TRACKING",
               "ON",
               "REDIRECT",
               {id.data(), static_cast<std::size_t>(end - id.data())},
               "BCAST",
               "PREFIX",
               kActiveTokenPrefix});
}

void Link::on_login(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  static_cast<void>(link_of(link).is_good(static_cast<const redisReply*>(reply)));
}

void Link::on_tracking(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  Link& self = link_of(link);
  if (self.is_good(static_cast<const redisReply*>(reply)) && self.state_ == State::kConnecting) {
    self.stand();
  }
}

void Link::stand() noexcept {
  state_ = State::kStanding;
  metrics_.count(Counter::kRedisConnections);
  metrics_.show_link(true);
  standing_since_ = exact_moment();
  last_beat_ = standing_since_;
  complaints_[index_] = 0;
  ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0, "access_token: connected to Redis at %V",
                &endpoint().text);
  timer_.set_kind(leaving_since_ ? TimerKind::kIdle : TimerKind::kHoldsExit);
  timer_.start(kSettlingDelay);
  if (listener_ != nullptr) {
    listener_->all_changed();
  }
}

void Link::beat() noexcept {
  if (starting_until_ && cached_moment() <= standing_since_) {
    timer_.start(kSettlingDelay);
    return;
  }
  starting_until_.reset();
  timer_.start(kHeartbeatDelay);
  const Moment now = exact_moment();
  // Then the answer may be there, and only has not been read.
  const bool was_busy = now - std::exchange(last_beat_, now) > 2 * kHeartbeat;
  if (ngx_exiting != 0 && !leaving_since_) {
    leaving_since_ = cached_moment();
  }
  if (answers_due_ == 0) {
    send_heartbeat();
  } else if (!was_busy && now - beat_at_ >= std::chrono::milliseconds{endpoint().timeout}) {
    fail("timed out");
  }
}

// Both connections must answer: one tells of changes, but it is the other that must live for
// changes to be told.
void Link::send_heartbeat() noexcept {
  beat_at_ = exact_moment();
  answers_due_ = 2;
  ask_about_delivery();
  query_.send(&Link::on_role, this, {"ROLE"});
  feed_.send(&Link::on_feed, this, {"SUBSCRIBE", kInvalidations});
}

// Redis tells of the changes of one turn of its loop at that turn's end, so behind its answer to
// what it read within that turn. Only the answer to what was sent after that answer proves that all
// changes up to the first question have come.
void Link::heard_heartbeat() noexcept {
  if (state_ != State::kStanding || answers_due_ == 0 || --answers_due_ > 0) {
    return;
  }
  if (!to_be_proven_) {
    to_be_proven_ = beat_at_;
    send_heartbeat();
    return;
  }
  const Moment proven = *std::exchange(to_be_proven_, std::nullopt);
  if (is_informed_) {
    l1_.coverage().advance(standing_since_, proven, kTolerance);
  }
  if (leaving_since_) {
    leave();
  }
}

// A worker that is to end has cover to hand over. It stays until the feeds of its successors stand,
// and then until what was up to that moment is proven, by itself or others: so there is no gap
// between.
void Link::leave() noexcept {
  const Moment now = exact_moment();
  if (!successors_stand_since_ && all_linked(l1_.metrics(), l1_.processes())) {
    successors_stand_since_ = now;
  }
  const bool handed_over =
      successors_stand_since_ && l1_.coverage().through() > *successors_stand_since_;
  if (handed_over || now - *leaving_since_ >= kLongestLeave) {
    timer_.set_kind(TimerKind::kIdle);
  } else {
    timer_.start(kLeavingDelay);
  }
}

void Link::on_role(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  Link& self = link_of(link);
  const auto* role = static_cast<const redisReply*>(reply);
  if (role == nullptr) {
    return;
  }
  self.is_replica_ = redis::is_replica(*role);
  // An error is an answer, too: not everybody may ask for the role.
  if (is_cut_off_replica(*role)) {
    self.fail("the replica has lost its master");
    return;
  }
  self.heard_heartbeat();
}

void Link::on_feed(redisAsyncContext* /*context*/, void* reply, void* link) noexcept {
  Link& self = link_of(link);
  const auto* message = static_cast<const redisReply*>(reply);
  if (!self.is_good(message)) {
    return;
  }
  const auto parts = elements_of(*message);
  if (parts.size() < 3) {
    return;
  }
  if (text_of(*parts[0]) == "message") {
    self.forget(*parts[2]);
  } else if (self.state_ == State::kConnecting) {
    self.open_query();
  } else {
    self.heard_heartbeat();
  }
}

// An array of keys, or nil when all are gone.
void Link::forget(const redisReply& keys) noexcept {
  if (keys.type == REDIS_REPLY_NIL) {
    l1_.drop_all(exact_moment());
    if (listener_ != nullptr) {
      listener_->all_changed();
    }
    return;
  }
  for (const redisReply* key : elements_of(keys)) {
    if (const auto hash = parse_active_token_key(text_of(*key))) {
      forget(*hash);
    }
  }
}

void Link::forget(const TokenHash& hash) noexcept {
  const bool was_granted = l1_.drop(hash, cached_time(), cached_moment());
  if (listener_ != nullptr) {
    listener_->changed(hash, was_granted);
  }
}

void Link::timed_out() noexcept {
  fail("timed out");
}

void Link::on_timer(void* link) noexcept {
  Link& self = link_of(link);
  switch (self.state_) {
    case State::kPausing:
      self.connect();
      break;
    case State::kConnecting:
      self.fail("timed out");
      break;
    case State::kStanding:
      self.beat();
      break;
    case State::kFailing:
      break;
  }
}

bool Link::is_good(const redisReply* reply) noexcept {
  if (reply == nullptr) {
    return false;  // on_lost() tells why
  }
  if (reply->type == REDIS_REPLY_ERROR) {
    fail(text_of(*reply));
    return false;
  }
  return true;
}

void Link::on_lost(void* link, std::string_view reason) noexcept {
  link_of(link).fail(reason);
}

// Called within callbacks of hiredis, where nothing may be closed.
void Link::fail(std::string_view reason) noexcept {
  if (state_ != State::kConnecting && state_ != State::kStanding) {
    return;
  }
  complain(reason);
  metrics_.count(Counter::kRedisLosses);
  metrics_.show_link(false);
  if (state_ == State::kStanding) {
    if (exact_moment() - standing_since_ > kSteady) {
      pause_ = 0;
    }
    // The first is preferred; others are tried when it cannot be had back.
    index_ = endpoints_.size() - 1;
  }
  state_ = State::kFailing;
  timer_.stop();
  timer_.set_kind(TimerKind::kIdle);
  ngx_post_event(&failed_, &ngx_posted_events);
}

void Link::on_failed(ngx_event_t* event) noexcept {
  link_of(event->data).tear_down();
}

void Link::tear_down() noexcept {
  feed_.close();
  query_.close();
  if (index_ + 1 < endpoints_.size()) {
    ++index_;
    connect();
  } else {
    index_ = 0;
    pause();
  }
}

void Link::pause() noexcept {
  state_ = State::kPausing;
  starting_until_.reset();
  pause_ = std::clamp(2 * pause_, kShortestPause, kLongestPause);
  // Between 3/4 and 5/4 of it, so that workers do not come all at once.
  timer_.start(pause_ * 3 / 4 + static_cast<ngx_msec_t>(ngx_random()) % (pause_ / 2));
}

std::string_view Link::doing() const noexcept {
  return state_ == State::kStanding ? "listening to" : "connecting to";
}

void Link::complain(std::string_view reason) noexcept {
  const std::size_t complaint = std::hash<std::string_view>{}(reason) | 1;
  if (std::exchange(complaints_[index_], complaint) == complaint) {
    return;
  }
  const ngx_str_t why = borrow(reason);
  const ngx_str_t what = borrow(doing());
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "access_token: %V while %V Redis at %V", &why,
                &what, &endpoint().text);
}

}  // namespace zenzefi::gateway::redis
