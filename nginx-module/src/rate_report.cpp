#include "rate_report.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "entry.hpp"
#include "now.hpp"
#include "redis/replies.hpp"
#include "shared/keys.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_msec_t kPeriod = 1000;

// Each in one piece, so that no counter is ever left without an end. A key that holds no number is
// passed over, with -1 for the total; what is wrong with Redis itself ends all of it.
constexpr std::string_view kAdd =
    "local answers = {} "
    "for i, key in ipairs(KEYS) do "
    "local total = redis.pcall('INCRBY', key, ARGV[i]) "
    "local left = 0 "
    "if type(total) == 'number' then "
    "left = redis.call('PTTL', key) "
    "if left < 0 then left = 60000 redis.call('PEXPIRE', key, left) end "
    "elseif string.find(total.err, '^WRONGTYPE') or string.find(total.err, '^ERR') then "
    "total = -1 "
    "else return total end "
    "answers[2 * i - 1], answers[2 * i] = total, left "
    "end "
    "return answers";

// "rate_limit:proxy:{user_id}", and by how much.
class Increment {
 public:
  Increment() noexcept = default;
  Increment(const Uuid& user, std::uint32_t requests) noexcept {
    kProxyRatePrefix.copy(key_.data(), key_.size());
    user.write(std::span{key_}.last<Uuid::kTextLength>());
    const char* const end = std::to_chars(number_.begin(), number_.end(), requests).ptr;
    length_ = static_cast<std::size_t>(end - number_.data());
  }

  [[nodiscard]] std::string_view key() const noexcept { return {key_.data(), key_.size()}; }
  [[nodiscard]] std::string_view number() const noexcept { return {number_.data(), length_}; }

 private:
  std::array<char, kProxyRatePrefix.size() + Uuid::kTextLength> key_;
  std::array<char, 12> number_;
  std::size_t length_ = 0;
};

}  // namespace

// Under way to Redis and back.
struct RateReport::Question {
  RateReport* report;
  std::size_t count;
  std::array<Uuid, kTogether> users;
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
    send_later(place);
    place.requests = 0;
  }
  place.user = user;
  ++place.requests;
  if (!timer_.running()) {
    timer_.start(kPeriod);
  }
}

std::size_t RateReport::first_place_of(const Uuid& user) noexcept {
  std::uint64_t bits = 0;
  std::memcpy(&bits, user.bytes.data() + 8, sizeof bits);
  return (bits >> 32) % kPlaces;
}

// The user's own, else a free one, else one that somebody else has to leave.
auto RateReport::place_of(const Uuid& user) noexcept -> Passed& {
  const std::size_t first = first_place_of(user);
  for (std::size_t probe = 0; probe < kProbes; ++probe) {
    Passed& place = passed_[(first + probe) % kPlaces];
    if (place.requests == 0 || place.user == user) {
      return place;
    }
  }
  return passed_[first];
}

void RateReport::on_timer(void* report) noexcept {
  static_cast<RateReport*>(report)->send_all();
}

void RateReport::send_all() noexcept {
  for (Passed& place : passed_) {
    if (place.requests != 0) {
      send_later(place);
      place.requests = 0;
    }
  }
  send_next();
}

// As soon as there are enough of them for a command.
void RateReport::send_later(const Passed& passed) noexcept {
  next_[next_count_++] = passed;
  if (next_count_ == next_.size()) {
    send_next();
  }
}

void RateReport::send_next() noexcept {
  if (next_count_ != 0) {
    send(std::span{next_}.first(std::exchange(next_count_, 0)));
  }
}

// What cannot be sent is left out: it counts on this machine anyhow.
void RateReport::send(std::span<const Passed> some) noexcept {
  std::unique_ptr<Question> question{new (std::nothrow) Question{this, some.size(), {}}};
  if (question == nullptr) {
    return;
  }
  std::array<Increment, kTogether> increments;
  std::array<char, 4> count;
  const char* const end = std::to_chars(count.begin(), count.end(), some.size()).ptr;
  std::array<std::string_view, 3 + 2 * kTogether> words{
      "EVAL", kAdd, {count.data(), static_cast<std::size_t>(end - count.data())}};
  for (std::size_t i = 0; i < some.size(); ++i) {
    question->users[i] = some[i].user;
    increments[i] = {some[i].user, some[i].requests};
    words[3 + i] = increments[i].key();
    words[3 + some.size() + i] = increments[i].number();
  }
  if (!hand_over({words.data(), 3 + 2 * some.size()}, *question)) {
    return;
  }
  static_cast<void>(question.release());  // on_total() has it
  for (const Passed& passed : some) {
    for (const RateLimit& limit : limits_) {
      rates_.reported(passed.user, limit, passed.requests);
    }
  }
}

bool RateReport::hand_over(std::span<const std::string_view> words, Question& question) noexcept {
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
  const bool is_good = parts.size() == 2 * asked->count &&
                       std::all_of(parts.begin(), parts.end(), [](const redisReply* part) {
                         return part->type == REDIS_REPLY_INTEGER;
                       });
  if (!is_good) {
    return;
  }
  for (std::size_t i = 0; i < asked->count; ++i) {
    if (parts[2 * i]->integer < 0) {
      continue;
    }
    asked->report->heard(asked->users[i], static_cast<std::uint32_t>(parts[2 * i]->integer),
                         cached_moment() + std::chrono::milliseconds{parts[2 * i + 1]->integer});
  }
}

void RateReport::heard(const Uuid& user, std::uint32_t total, Moment window_end) noexcept {
  for (const RateLimit& limit : limits_) {
    rates_.heard(user, limit, total, window_end, cached_moment());
  }
}

}  // namespace zenzefi::gateway
