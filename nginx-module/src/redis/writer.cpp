#include "redis/writer.hpp"

#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "redis/replies.hpp"

namespace zenzefi::gateway::redis {
namespace {

constexpr ngx_msec_t kPause = 500;
constexpr ngx_msec_t kNoPause = 1;

Writer& writer_of(void* writer) noexcept {
  return *static_cast<Writer*>(writer);
}

}  // namespace

// Belongs to hiredis from command() until its reply, or null, has come.
struct Writer::Command {
  Link::CommandReceiver receiver;
  void* owner;
  Writer* writer;
};

Writer::Writer(RedisSettings endpoints)
    : endpoints_(endpoints),
      complaints_(endpoints.size()),
      connection_(this, &Writer::on_lost),
      timer_(this, &Writer::on_timer, TimerKind::kIdle) {
  connect();
}

Writer::~Writer() {
  state_ = State::kPausing;
  connection_.close();
}

void Writer::connect() noexcept {
  state_ = State::kConnecting;
  under_way_ = 0;
  timer_.start(endpoint().connect_timeout);
  if (const auto reason = connection_.open(endpoint(), &Writer::on_login); !reason.empty()) {
    fail(reason);
    return;
  }
  connection_.send(&Writer::on_role, this, {"ROLE"});
}

void Writer::on_login(redisAsyncContext* /*context*/, void* reply, void* writer) noexcept {
  const auto* answer = static_cast<const redisReply*>(reply);
  if (answer != nullptr && answer->type == REDIS_REPLY_ERROR) {
    writer_of(writer).fail(text_of(*answer));
  }
}

void Writer::on_role(redisAsyncContext* /*context*/, void* reply, void* writer) noexcept {
  Writer& self = writer_of(writer);
  const auto* role = static_cast<const redisReply*>(reply);
  if (role == nullptr || self.state_ != State::kConnecting) {
    return;
  }
  if (is_replica(*role)) {
    self.fail({});
    return;
  }
  self.state_ = State::kStanding;
  self.complaints_[self.index_] = 0;
  self.timer_.stop();
}

bool Writer::command(std::span<const std::string_view> words, Link::CommandReceiver receiver,
                     void* owner) noexcept {
  if (state_ != State::kStanding) {
    return false;
  }
  std::unique_ptr<Command> command{new (std::nothrow) Command{receiver, owner, this}};
  if (command == nullptr || !connection_.send(&Writer::on_command, command.get(), words)) {
    return false;
  }
  static_cast<void>(command.release());  // on_command() has it
  if (under_way_++ == 0) {
    timer_.start(endpoint().timeout);
  }
  return true;
}

void Writer::on_command(redisAsyncContext* /*context*/, void* reply, void* command) noexcept {
  const std::unique_ptr<Command> sent{static_cast<Command*>(command)};
  const auto* answer = static_cast<const redisReply*>(reply);
  sent->writer->answered(answer);
  sent->receiver(sent->owner, answer);
}

void Writer::answered(const redisReply* reply) noexcept {
  if (reply == nullptr || state_ != State::kStanding) {
    return;
  }
  if (--under_way_ == 0) {
    timer_.stop();
  } else {
    timer_.start(endpoint().timeout);
  }
  if (reply->type != REDIS_REPLY_ERROR) {
    return;
  }
  const std::string_view reason = text_of(*reply);
  if (reason.starts_with("READONLY")) {
    fail(reason);  // another one is the master by now
  } else {
    complain(reason);
  }
}

void Writer::on_lost(void* writer, std::string_view reason) noexcept {
  writer_of(writer).fail(reason);
}

// Within callbacks of hiredis, where nothing may be closed. Without a reason it is only the next
// server's turn.
void Writer::fail(std::string_view reason) noexcept {
  if (state_ == State::kPausing) {
    return;
  }
  if (!reason.empty()) {
    complain(reason);
  }
  state_ = State::kPausing;
  index_ = (index_ + 1) % endpoints_.size();
  timer_.start(index_ == 0 ? kPause : kNoPause);
}

void Writer::on_timer(void* writer) noexcept {
  Writer& self = writer_of(writer);
  if (self.state_ == State::kPausing) {
    self.connection_.close();
    self.connect();
  } else {
    self.fail("timed out");
  }
}

// Once, while the same trouble lasts.
void Writer::complain(std::string_view reason) noexcept {
  const std::size_t complaint = std::hash<std::string_view>{}(reason) | 1;
  if (std::exchange(complaints_[index_], complaint) == complaint) {
    return;
  }
  const ngx_str_t why = borrow(reason);
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "access_token: %V while writing to Redis at %V",
                &why, &endpoint().text);
}

}  // namespace zenzefi::gateway::redis
