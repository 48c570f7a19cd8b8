#include "redis/replies.hpp"

#include "shared/keys.hpp"

namespace zenzefi::gateway::redis {

// "slave", master's host, master's port, state of the link, offset
bool is_replica(const redisReply& role) noexcept {
  const auto parts = elements_of(role);
  return parts.size() >= 4 && text_of(*parts[0]) == "slave";
}

bool is_cut_off_replica(const redisReply& role) noexcept {
  return is_replica(role) && text_of(*elements_of(role)[3]) != "connected";
}

bool is_delivery_overdue(const redisReply& time_to_live) noexcept {
  constexpr long long kNoSuchKey = -2;
  if (time_to_live.type != REDIS_REPLY_INTEGER || time_to_live.integer == kNoSuchKey) {
    return false;
  }
  const long long age = kDeliveredLifetime.count() - time_to_live.integer;
  // Either way: a clock that was set back makes it look new for as long.
  return age > kDeliveredAge.count() || age < -kDeliveredAge.count();
}

}  // namespace zenzefi::gateway::redis
