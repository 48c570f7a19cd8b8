#include "usage/usage_sender.hpp"

#include <sys/random.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <utility>

#include "now.hpp"
#include "redis/replies.hpp"
#include "shared/usage.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_msec_t kShortestPause = 50;
constexpr ngx_msec_t kLongestPause = 500;
constexpr ngx_msec_t kNoPause = 1;
constexpr std::chrono::milliseconds kLongestFinish{200};

// RFC 4122, section 4.4.
Uuid random_uuid() noexcept {
  Uuid id;
  if (getrandom(id.bytes.data(), id.bytes.size(), 0) !=
      static_cast<ssize_t>(id.bytes.size())) {  // a kernel that has none
    for (std::uint8_t& byte : id.bytes) {
      byte = static_cast<std::uint8_t>(ngx_random());
    }
  }
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x40U);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
  return id;
}

UsageSender& sender_of(void* sender) noexcept {
  return *static_cast<UsageSender*>(sender);
}

}  // namespace

UsageSender::UsageSender(RedisSettings endpoints, Metrics& metrics, void* owner,
                         Delivered delivered)
    : endpoints_(endpoints),
      metrics_(metrics),
      complaints_(endpoints.size()),
      owner_(owner),
      delivered_(delivered),
      writer_(random_uuid().to_string()),
      stream_length_(std::to_string(kUsageStreamLength)),
      connection_(this, &UsageSender::on_lost),
      timer_(this, &UsageSender::on_timer, TimerKind::kIdle) {}

void UsageSender::send(std::string deltas) {
  batches_.push_back({std::to_string(last_sequence_ + 1), std::move(deltas)});
  ++last_sequence_;
  if (state_ == State::kSending) {
    transmit(batches_.back());
  } else if (state_ == State::kIdle) {
    begin();
  }
}

// Not within a callback of hiredis, unless the connection is open.
void UsageSender::begin() noexcept {
  state_ = State::kSending;
  timer_.start(endpoint().timeout + (is_open_ ? 0 : endpoint().connect_timeout));
  if (!is_open_) {
    if (const auto reason = connection_.open(endpoint(), &UsageSender::on_login); !reason.empty()) {
      fail(reason);
      return;
    }
    is_open_ = true;
  }
  for (const Batch& batch : batches_) {
    transmit(batch);
  }
}

// If it cannot be sent the connection is about to end, which on_lost() hears of.
void UsageSender::transmit(const Batch& batch) noexcept {
  connection_.send(&UsageSender::on_added, this,
                   {"XADD", kUsageStream, "MAXLEN", "~", stream_length_, "*", kUsageWriterField,
                    writer_, kUsageSequenceField, batch.sequence, kUsageDeltasField, batch.deltas});
}

void UsageSender::on_login(redisAsyncContext* /*context*/, void* reply, void* sender) noexcept {
  const auto* answer = static_cast<const redisReply*>(reply);
  if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) {
    sender_of(sender).fail(redis::text_of(*answer));
  }
}

// Answers come in the order of what they answer. One that comes after a failure is not counted: all
// is sent again then.
void UsageSender::on_added(redisAsyncContext* /*context*/, void* reply, void* sender) noexcept {
  UsageSender& self = sender_of(sender);
  const auto* answer = static_cast<const redisReply*>(reply);
  if (answer == nullptr || self.state_ != State::kSending) {
    return;
  }
  if (answer->type == REDIS_REPLY_ERROR) {
    const std::string_view reason = redis::text_of(*answer);
    // That a replica takes nothing is no trouble, if there is a master.
    if (!self.is_passing_over(reason)) {
      self.metrics_.count(Counter::kUsageRefused);
    }
    self.fail(reason);
  } else {
    self.taken();
  }
}

void UsageSender::taken() noexcept {
  batches_.pop_front();
  pause_ = 0;
  complaints_[index_] = 0;
  if (batches_.empty()) {
    state_ = State::kIdle;
    timer_.stop();
  } else {
    timer_.start(endpoint().timeout);
  }
  delivered_(owner_);
}

void UsageSender::on_lost(void* sender, std::string_view reason) noexcept {
  UsageSender& self = sender_of(sender);
  self.is_open_ = false;
  self.fail(reason);
}

// Within callbacks of hiredis, where nothing may be closed.
void UsageSender::fail(std::string_view reason) noexcept {
  if (state_ != State::kSending) {
    return;
  }
  complain(reason);
  state_ = State::kPausing;
  if (index_ + 1 < endpoints_.size()) {
    ++index_;
    timer_.start(kNoPause);
    return;
  }
  index_ = 0;
  pause_ = std::clamp(2 * pause_, kShortestPause, kLongestPause);
  // Between 3/4 and 5/4 of it, so that workers do not come all at once.
  timer_.start(pause_ * 3 / 4 + static_cast<ngx_msec_t>(ngx_random()) % (pause_ / 2));
}

void UsageSender::on_timer(void* sender) noexcept {
  UsageSender& self = sender_of(sender);
  if (self.state_ == State::kSending) {
    self.fail("timed out");
  } else if (self.state_ == State::kPausing) {
    self.connection_.close();
    self.is_open_ = false;
    self.begin();
  }
}

std::size_t UsageSender::finish() noexcept {
  const Moment end = exact_moment() + kLongestFinish;
  if (state_ == State::kPausing) {
    on_timer(this);
  }
  while (state_ == State::kSending && busy() && exact_moment() < end) {
    connection_.work_without_events();
  }
  timer_.stop();
  return batches_.size();
}

bool UsageSender::is_passing_over(std::string_view reason) const noexcept {
  return reason.starts_with("READONLY") && endpoints_.size() > 1;
}

// Once, while the same trouble lasts.
void UsageSender::complain(std::string_view reason) noexcept {
  if (is_passing_over(reason)) {
    return;
  }
  const std::size_t complaint = std::hash<std::string_view>{}(reason) | 1;
  if (std::exchange(complaints_[index_], complaint) == complaint) {
    return;
  }
  const ngx_str_t why = borrow(reason);
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                "access_token: %V while handing usage to Redis at %V", &why, &endpoint().text);
}

}  // namespace zenzefi::gateway
