#include "rate_report.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <new>

#include "entry.hpp"
#include "now.hpp"
#include "redis/replies.hpp"
#include "shared/keys.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_msec_t kPeriod = 1000;

// In one piece, so that the counter is never left without an end.
constexpr std::string_view kAdd =
    "local total = redis.call('INCRBY', KEYS[1], ARGV[1]) "
    "local left = redis.call('PTTL', KEYS[1]) "
    "if left < 0 then left = 60000 redis.call('PEXPIRE', KEYS[1], left) end "
    "return {total, left}";

}  // namespace

// Under way to Redis and back.
struct RateReport::Question {
  RateReport* report;
  Uuid user;
};

RateReport::RateReport(RateLimiter rates, std::span<const RateLimit> limits,
                       redis::Link& link) noexcept
    : rates_(rates),
      limits_(limits),
      link_(link),
      timer_(this, &RateReport::on_timer, TimerKind::kIdle) {}

void RateReport::passed(const Uuid& user) noexcept {
  Passed& place = place_of(user);
  if (place.requests != 0 && place.user != user) {
    send(place);
    place.requests = 0;
  }
  place.user = user;
  ++place.requests;
  if (!timer_.running()) {
    timer_.start(kPeriod);
  }
}

// The user's own, else a free one, else one that somebody else has to leave.
auto RateReport::place_of(const Uuid& user) noexcept -> Passed& {
  std::uint64_t bits = 0;
  std::memcpy(&bits, user.bytes.data() + 8, sizeof bits);
  const std::size_t first = bits >> 32;
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    Passed& place = passed_[(first + probe) % kPlaces];
    if (place.requests == 0 || place.user == user) {
      return place;
    }
  }
  return passed_[first % kPlaces];
}

void RateReport::on_timer(void* report) noexcept {
  static_cast<RateReport*>(report)->send_all();
}

void RateReport::send_all() noexcept {
  for (Passed& place : passed_) {
    if (place.requests != 0) {
      send(place);
      place.requests = 0;
    }
  }
}

// What cannot be sent is left out: it counts on this machine anyhow.
void RateReport::send(const Passed& passed) noexcept {
  std::unique_ptr<Question> question{new (std::nothrow) Question{this, passed.user}};
  if (question == nullptr) {
    return;
  }
  std::array<char, kProxyRatePrefix.size() + 36> key{};
  kProxyRatePrefix.copy(key.data(), key.size());
  char id[36];
  passed.user.write(id);
  std::copy(std::begin(id), std::end(id), key.data() + kProxyRatePrefix.size());
  std::array<char, 12> number{};
  const char* end =
      std::to_chars(number.data(), number.data() + number.size(), passed.requests).ptr;
  const std::string_view requests{number.data(), static_cast<std::size_t>(end - number.data())};
  if (!hand_over({"EVAL", kAdd, "1", {key.data(), key.size()}, requests}, *question)) {
    return;
  }
  static_cast<void>(question.release());  // on_total() has it
  for (const RateLimit& limit : limits_) {
    rates_.reported(passed.user, limit, passed.requests);
  }
}

bool RateReport::hand_over(std::initializer_list<std::string_view> words,
                           Question& question) noexcept {
  if (!link_.is_replica()) {
    return link_.command(words, &RateReport::on_total, &question);
  }
  if (writer_ == nullptr) {
    guarded<int>(0, [this] {
      writer_ = std::make_unique<redis::Writer>(link_.endpoints());
      return 0;
    });
  }
  return writer_ != nullptr && writer_->command(words, &RateReport::on_total, &question);
}

void RateReport::on_total(void* question, const redisReply* reply) noexcept {
  const std::unique_ptr<Question> asked{static_cast<Question*>(question)};
  if (reply == nullptr) {
    return;  // the report may be gone
  }
  const auto parts = redis::elements_of(*reply);
  const bool is_good = parts.size() == 2 && parts[0]->type == REDIS_REPLY_INTEGER &&
                       parts[1]->type == REDIS_REPLY_INTEGER;
  if (is_good) {
    asked->report->heard(asked->user, static_cast<std::uint32_t>(parts[0]->integer),
                         cached_moment() + std::chrono::milliseconds{parts[1]->integer});
  }
}

void RateReport::heard(const Uuid& user, std::uint32_t total, Moment window_end) noexcept {
  for (const RateLimit& limit : limits_) {
    rates_.heard(user, limit, total, window_end, cached_moment());
  }
}

}  // namespace zenzefi::gateway
