#include "lookup/lookup.hpp"

#include <utility>

#include "lookup/breaker_limits.hpp"
#include "lookup/judgement.hpp"
#include "lookup/lookups.hpp"
#include "now.hpp"
#include "shared/grant.hpp"

namespace zenzefi::gateway {
namespace {

// How often to look whether another worker has found out, or Redis can be asked.
constexpr ngx_msec_t kPollInterval = 5;
// How long a worker that was killed while it asked keeps the others from asking. One that lives
// renews its claim for as long as the answer takes.
constexpr std::chrono::seconds kClaimTtl{2};
constexpr ngx_msec_t kClaimRenewal = 500;

void move_all(ngx_queue_t& from, ngx_queue_t& to) noexcept {
  if (!ngx_queue_empty(&from)) {
    ngx_queue_add(&to, &from);
    ngx_queue_init(&from);
  }
}

void take_out(Context& context) noexcept {
  ngx_queue_remove(&context.place);
  ngx_queue_init(&context.place);
}

Context& first_of(ngx_queue_t& queue) noexcept {
  return *ngx_queue_data(ngx_queue_head(&queue), Context, place);
}

}  // namespace

Lookup::Lookup(Lookups& all, const TokenHash& hash) noexcept
    : all_(all), hash_(hash), timer_(this, &Lookup::on_timer, TimerKind::kHoldsExit) {
  ngx_queue_init(&waiting_);
  ngx_queue_init(&too_late_);
}

Lookup::~Lookup() {
  if (query_ != nullptr) {
    redis::Link::abandon(*query_);
  }
  if (leader_ != nullptr) {
    leader_->lookup = nullptr;
  }
  for (ngx_queue_t* queue : {&waiting_, &too_late_}) {
    while (!ngx_queue_empty(queue)) {
      Context& context = first_of(*queue);
      take_out(context);
      context.lookup = nullptr;
    }
  }
}

void Lookup::add(Context& context) noexcept {
  context.lookup = this;
  context.progress = Progress::kWaiting;
  ngx_queue_insert_tail(is_overtaken() ? &too_late_ : &waiting_, &context.place);
  if (query_ != nullptr && !timer_.running()) {
    timer_.start(all_.link_->timeout());
  }
}

void Lookup::begin() noexcept {
  begin_round();
}

// Before there is a question of our own, none could be too old.
bool Lookup::is_overtaken() const noexcept {
  if (stage_ == Stage::kElsewhere || stage_ == Stage::kStarting ||
      (query_ == nullptr && stage_ == Stage::kRedis)) {
    return false;
  }
  return has_changed_since(ticket_);
}

bool Lookup::has_changed_since(const Ticket& ticket) const noexcept {
  const Ticket now = all_.l1_.begin(hash_, cached_moment());
  return now.grants_generation != ticket.grants_generation ||
         now.refusals_generation != ticket.refusals_generation;
}

bool Lookup::is_awaited() const noexcept {
  return leader_ != nullptr || !ngx_queue_empty(&waiting_) || !ngx_queue_empty(&too_late_);
}

void Lookup::begin_round() noexcept {
  move_all(too_late_, waiting_);
  ask_redis();
}

void Lookup::look_again() noexcept {
  const Moment now = cached_moment();
  const Finding finding = all_.l1_.find(hash_, cached_time(), now);
  if (const auto verdict = judge(finding, now, all_.settings_.unconfirmed)) {
    decide_all(decision_of(finding, *verdict));
  } else if (all_.l1_.claims().held(hash_, now)) {
    timer_.start(kPollInterval);
  } else {
    begin_round();
  }
}

void Lookup::ask_redis() noexcept {
  stage_ = Stage::kRedis;
  from_redis_.reset();
  ticket_ = all_.l1_.begin(hash_, cached_moment());
  if (all_.link_ != nullptr) {
    query_ = all_.link_->get(hash_, &Lookup::on_record, this);
  }
  if (query_ != nullptr) {
    timer_.start(all_.link_->timeout());
  } else if (all_.link_ != nullptr && all_.link_->is_starting()) {
    stage_ = Stage::kStarting;
    timer_.start(kPollInterval);
  } else {
    go_to_service();
  }
}

void Lookup::on_timer(void* lookup) noexcept {
  Lookup& self = *static_cast<Lookup*>(lookup);
  switch (self.stage_) {
    case Stage::kStarting:
    case Stage::kElsewhere:
      self.look_again();
      break;
    case Stage::kRedis:
      redis::Link::abandon(*std::exchange(self.query_, nullptr));
      self.all_.link_->timed_out();
      self.go_to_service();
      break;
    case Stage::kService:
      self.keep_claim();
      break;
  }
}

// Once lost, it is another's to answer for all: this look-up asks on for those it has.
void Lookup::keep_claim() noexcept {
  if (all_.l1_.claims().renew(*claim_, cached_moment(), kClaimTtl)) {
    timer_.start(kClaimRenewal);
  }
}

void Lookup::on_record(void* lookup, const redis::Record& record) noexcept {
  Lookup& self = *static_cast<Lookup*>(lookup);
  self.query_ = nullptr;
  self.timer_.stop();
  if (record.kind == redis::Record::Kind::kPresent) {
    self.use_record(record.value);
  } else {
    self.go_to_service();
  }
}

// A record that cannot be used, for whatever reason, says nothing: the service decides.
void Lookup::use_record(std::string_view text) noexcept {
  const auto record = parse_grant_record(text);
  if (!record) {
    char hex[64];
    hash_.write_hex(hex);
    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "access_token: unreadable record in Redis while looking up a token with the hash "
                  "%*s...",
                  static_cast<std::size_t>(12), hex);
    all_.metrics_.count(Counter::kUnreadable);
    go_to_service();
    return;
  }
  const Grant* grant = std::get_if<Grant>(&*record);
  if (grant == nullptr) {
    refused(RefusalReason::kRevoked, Origin::kRedis);
  } else if (grant->expired_at(cached_time())) {
    go_to_service();
  } else if (!all_.link_->is_informed()) {
    from_redis_ = {*grant, ticket_};
    go_to_service();
  } else {
    granted(*grant, Origin::kRedis);
  }
}

void Lookup::go_to_service() noexcept {
  if (!is_awaited()) {
    end();
    return;
  }
  claim_ = all_.l1_.claims().claim(hash_, cached_moment(), kClaimTtl);
  if (!claim_) {
    stage_ = Stage::kElsewhere;
    timer_.start(kPollInterval);
    return;
  }
  stage_ = Stage::kService;
  move_all(too_late_, waiting_);
  ticket_ = all_.l1_.begin(hash_, cached_moment());
  if (claim_->recorded()) {
    timer_.start(kClaimRenewal);
  }
  choose_leader();
}

void Lookup::choose_leader() noexcept {
  move_all(too_late_, waiting_);
  leader_ = &first_of(waiting_);
  take_out(*leader_);
  leader_->progress = Progress::kMustAsk;
  all_.resume_queue_.push(*leader_);
}

bool Lookup::begin_to_ask(Context& leader) noexcept {
  take_out(leader);
  if (!permit_) {
    permit_ = all_.l1_.breaker(kBreakerLimits).allow(cached_moment());
  }
  if (!permit_) {
    all_.metrics_.count(Counter::kBreakerRefusals);
    nobody_can_tell();
    return false;
  }
  // What is asked now is better than what would have been asked when the leader was chosen.
  move_all(too_late_, waiting_);
  ticket_ = all_.l1_.begin(hash_, cached_moment());
  leader.progress = Progress::kAsking;
  all_.metrics_.count(Counter::kServiceCalls);
  return true;
}

void Lookup::answered(const ServiceAnswer& answer) noexcept {
  Breaker breaker = all_.l1_.breaker(kBreakerLimits);
  if (std::holds_alternative<NoAnswer>(answer)) {
    all_.metrics_.count(Counter::kServiceFailures);
    breaker.failed(*std::exchange(permit_, std::nullopt), cached_moment());
    nobody_can_tell();
    return;
  }
  breaker.succeeded();
  permit_.reset();
  if (const auto* grant = std::get_if<Grant>(&answer)) {
    granted(*grant, Origin::kService);
  } else if (const auto* reason = std::get_if<RefusalReason>(&answer)) {
    refused(*reason, Origin::kService);
  }
}

void Lookup::measure(Origin origin) noexcept {
  all_.metrics_.took(origin == Origin::kService ? Timing::kService : Timing::kRedis,
                     std::chrono::steady_clock::now() - began_);
}

void Lookup::granted(const Grant& grant, Origin origin) noexcept {
  measure(origin);
  if (grant.expired_at(cached_time())) {
    decide({Verdict::kExpired, origin, grant});
    return;
  }
  const bool is_in_l1 = all_.l1_.put_grant(hash_, grant, ticket_, cached_time(), cached_moment());
  is_worth_reading_ = !is_in_l1 && origin == Origin::kService;
  decide({Verdict::kGranted, origin, grant});
}

void Lookup::refused(RefusalReason reason, Origin origin) noexcept {
  measure(origin);
  const Moment now = cached_moment();
  all_.l1_.put_refusal(hash_, reason, ticket_, now + all_.settings_.negative, now);
  decide({verdict_of(reason), origin, {}});
}

void Lookup::nobody_can_tell() noexcept {
  if (from_redis_) {
    fall_back_on_redis();
    return;
  }
  const Moment now = cached_moment();
  const Finding finding = all_.l1_.find(hash_, cached_time(), now);
  decide_all(judge_in_outage(finding, now, all_.settings_.unconfirmed));
}

void Lookup::fall_back_on_redis() noexcept {
  const Unconfirmed known = *std::exchange(from_redis_, std::nullopt);
  if (!has_changed_since(known.ticket)) {
    // Not into L1: there the feed of another worker, from another Redis, would vouch for it.
    measure(Origin::kRedis);
    const bool is_over = known.grant.expired_at(cached_time());
    decide({is_over ? Verdict::kExpired : Verdict::kGranted, Origin::kRedis, known.grant});
    return;
  }
  give_up_asking();
  if (leader_ != nullptr) {
    Context& leader = *std::exchange(leader_, nullptr);
    leader.progress = Progress::kWaiting;
    ngx_queue_insert_head(&waiting_, &leader.place);
  }
  begin_round();
}

void Lookup::decide_all(const Decision& decision) noexcept {
  move_all(too_late_, waiting_);
  decide(decision);
}

void Lookup::decide(const Decision& decision) noexcept {
  // The answer is in L1: whoever finds the claim gone finds it there.
  give_up_asking();
  if (leader_ != nullptr) {
    leader_->decision = decision;
    leader_->progress = Progress::kDecided;
    std::exchange(leader_, nullptr)->lookup = nullptr;
  }
  while (!ngx_queue_empty(&waiting_)) {
    Context& context = first_of(waiting_);
    take_out(context);
    context.lookup = nullptr;
    context.decision = decision;
    context.progress = Progress::kDecided;
    all_.resume_queue_.push(context);
  }
  if (!ngx_queue_empty(&too_late_)) {
    begin_round();
  } else if (std::exchange(is_worth_reading_, false)) {
    ask_redis();
  } else {
    end();
  }
}

void Lookup::give_up_asking() noexcept {
  if (claim_) {
    timer_.stop();
    all_.l1_.claims().release(*std::exchange(claim_, std::nullopt));
  }
  // A probe that never reports would keep the breaker open for longer than a failed one.
  if (permit_ && permit_->is_probe()) {
    all_.l1_.breaker(kBreakerLimits).failed(*permit_, cached_moment());
  }
  permit_.reset();
}

void Lookup::left(const Context& context) noexcept {
  if (leader_ == &context) {
    leader_ = nullptr;
    if (is_awaited()) {
      choose_leader();
      return;
    }
    give_up_asking();
  }
  if (is_awaited()) {
    return;
  }
  if (query_ == nullptr) {
    end();
  } else {
    // Its answer is worth having in L1; nobody needs to wait for it.
    timer_.stop();
  }
}

void Lookup::end() noexcept {
  all_.remove(*this);
  delete this;
}

}  // namespace zenzefi::gateway
