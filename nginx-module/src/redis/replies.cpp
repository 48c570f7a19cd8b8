#include "redis/replies.hpp"

namespace zenzefi::gateway::redis {

// "slave", master's host, master's port, state of the link, offset
bool is_cut_off_replica(const redisReply& role) noexcept {
  const auto parts = elements_of(role);
  return parts.size() >= 4 && text_of(*parts[0]) == "slave" && text_of(*parts[3]) != "connected";
}

}  // namespace zenzefi::gateway::redis
