#include "infra/redis/connection.hpp"

#include <hiredis/hiredis.h>

#include <cerrno>
#include <optional>

namespace zenzefi::infra {

using std::chrono::steady_clock;

namespace {

timeval timeval_of(std::chrono::milliseconds timeout) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(timeout - whole);
  return {.tv_sec = static_cast<time_t>(whole.count()),
          .tv_usec = static_cast<suseconds_t>(rest.count())};
}

bool is_refusal(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR;
}

std::string text_of(const redisReply& reply) {
  return {reply.str, reply.len};
}

RedisReply convert(const redisReply& reply) {
  RedisReply converted{.nil = reply.type == REDIS_REPLY_NIL};
  switch (reply.type) {
    case REDIS_REPLY_INTEGER:
      converted.text = std::to_string(reply.integer);
      break;
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      converted.text = text_of(reply);
      break;
    case REDIS_REPLY_ARRAY:
      for (std::size_t i = 0; i < reply.elements; ++i) {
        converted.elements.push_back(convert(*reply.element[i]));
      }
      break;
    default:
      break;
  }
  return converted;
}

}  // namespace

void RedisConnection::Deleter::operator()(redisContext* context) const noexcept {
  redisFree(context);
}

void RedisConnection::Deleter::operator()(redisReply* reply) const noexcept {
  freeReplyObject(reply);
}

RedisConnection::RedisConnection(const RedisAddress& address, std::chrono::milliseconds timeout)
    : context_{redisConnectWithTimeout(address.host.c_str(), address.port, timeval_of(timeout))},
      timeout_{timeout} {
  if (!context_ || context_->err != 0) {
    fail("connecting to Redis");
  }
  if (redisSetTimeout(context_.get(), timeval_of(timeout)) != REDIS_OK) {
    fail("setting Redis's time-out");
  }
  if (!address.password.empty()) {
    command({"AUTH", address.password}, timeout);
  }
  if (address.database != 0) {
    command({"SELECT", std::to_string(address.database)}, timeout);
  }
  // A Redis that is loading or paused accepts connections, too.
  command({"PING"}, timeout);
}

RedisConnection::~RedisConnection() = default;
RedisConnection::RedisConnection(RedisConnection&&) noexcept = default;
RedisConnection& RedisConnection::operator=(RedisConnection&&) noexcept = default;

RedisReply RedisConnection::command(std::span<const std::string_view> words,
                                    std::chrono::milliseconds timeout) {
  set_timeout(timeout);
  append(words);
  const OwnedReply reply = receive();
  if (is_refusal(*reply)) {
    throw RedisRefused(text_of(*reply));
  }
  return convert(*reply);
}

void RedisConnection::pipeline(std::span<const std::vector<std::string_view>> commands,
                               std::chrono::milliseconds timeout) {
  const auto deadline = steady_clock::now() + timeout;
  for (const auto& words : commands) {
    append(words);
  }
  std::optional<std::string> refusal;
  for (std::size_t answers = 0; answers < commands.size(); ++answers) {
    set_timeout(std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()));
    const OwnedReply reply = receive();
    if (is_refusal(*reply) && !refusal) {
      refusal = text_of(*reply);
    }
  }
  if (refusal) {
    throw RedisRefused(*refusal);
  }
}

void RedisConnection::append(std::span<const std::string_view> words) {
  std::vector<const char*> texts;
  std::vector<std::size_t> lengths;
  for (const std::string_view word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  if (redisAppendCommandArgv(context_.get(), static_cast<int>(texts.size()), texts.data(),
                             lengths.data()) != REDIS_OK) {
    fail("asking Redis");
  }
}

auto RedisConnection::receive() -> OwnedReply {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) {
    fail("asking Redis");
  }
  return OwnedReply{static_cast<redisReply*>(reply)};
}

void RedisConnection::set_timeout(std::chrono::milliseconds timeout) {
  timeout = std::max(timeout, std::chrono::milliseconds{1});  // zero would mean for ever
  if (timeout == timeout_) {
    return;
  }
  if (redisSetTimeout(context_.get(), timeval_of(timeout)) != REDIS_OK) {
    fail("setting Redis's time-out");
  }
  timeout_ = timeout;
}

void RedisConnection::fail(const char* doing) const {
  const int number = errno;
  if (!context_) {
    throw std::bad_alloc();
  }
  const bool timed_out =
      context_->err == REDIS_ERR_IO &&
      (number == EAGAIN || number == EWOULDBLOCK || number == ETIMEDOUT || number == EINPROGRESS);
  throw RedisConnectionLost(std::string{"while "} + doing + ": " +
                                (timed_out ? "timed out" : std::string{context_->errstr}),
                            timed_out);
}

}  // namespace zenzefi::infra
