#include "infra/redis/redis_rate_limiter.hpp"

#include <charconv>
#include <exception>
#include <stdexcept>
#include <string_view>

namespace zenzefi::infra {
namespace {

// KEYS: the counter. ARGV: the limit, the window in milliseconds. Whether it was admitted, when the
// window ends and how many milliseconds that is from now. One that has no end, as somebody else may
// have left it, begins anew.
constexpr std::string_view kTake = R"lua(
  local count = tonumber(redis.call('GET', KEYS[1]) or '0')
  local left = redis.call('PTTL', KEYS[1])
  if left < 0 then
    count = 0
    left = tonumber(ARGV[2])
    redis.call('SET', KEYS[1], 0, 'PX', left)
  end
  local admitted = 0
  if count < tonumber(ARGV[1]) then
    redis.call('INCR', KEYS[1])
    admitted = 1
  end
  return {admitted, redis.call('PEXPIRETIME', KEYS[1]), left}
)lua";

// KEYS: the counter. ARGV: when its window ends.
constexpr std::string_view kGiveBack = R"lua(
  if redis.call('PEXPIRETIME', KEYS[1]) == tonumber(ARGV[1])
      and tonumber(redis.call('GET', KEYS[1])) > 0 then
    redis.call('DECR', KEYS[1])
  end
  return 0
)lua";

std::int64_t integer(const RedisReply& reply) {
  std::int64_t number = 0;
  const char* const end = reply.text.data() + reply.text.size();
  const auto [stop, error] = std::from_chars(reply.text.data(), end, number);
  if (error != std::errc{} || stop != end) {
    throw std::runtime_error("Redis answers something else than a number");
  }
  return number;
}

}  // namespace

app::RateLimiter::Verdict RedisRateLimiter::take(const std::string& key,
                                                 const app::RateLimit& limit) {
  const std::string count = std::to_string(limit.count);
  const std::string window = std::to_string(std::chrono::milliseconds{limit.window}.count());
  try {
    const RedisReply reply = pool_.command({"EVAL", kTake, "1", key, count, window});
    const std::chrono::milliseconds left{integer(reply.elements.at(2))};
    const Verdict verdict{integer(reply.elements.at(0)) == 1, integer(reply.elements.at(1)),
                          std::chrono::ceil<std::chrono::seconds>(left)};
    if (verdict.admitted) {
      report(true, "");  // one that is not admitted writes nothing, and proves nothing
    }
    return verdict;
  } catch (const std::exception& error) {
    report(false, error.what());
    return memory_.take(key, limit);
  }
}

void RedisRateLimiter::give_back(const std::string& key, std::int64_t window) {
  try {
    pool_.command({"EVAL", kGiveBack, "1", key, std::to_string(window)});
  } catch (const std::exception&) {
    // Nobody knows whether it was done; it does not matter, for what counts now is in memory.
  }
  memory_.give_back(key, window);
}

void RedisRateLimiter::report(bool in_redis, const std::string& reason) {
  if (in_redis == reported_in_redis_) {
    return;
  }
  const std::lock_guard guard{reporting_};
  if (in_redis != reported_in_redis_.exchange(in_redis) && on_change_) {
    on_change_(in_redis, reason);
  }
}

}  // namespace zenzefi::infra
