// What one client did through nginx: one token, from one address, with one user agent.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

// A session that was silent for longer is over; what comes then is another one.
inline constexpr std::chrono::hours kProxySessionIdle{1};

struct ProxySession {
  Uuid id;
  Uuid user_id;
  Uuid token_id;
  std::string ip_address;  // as text; empty when the client had none
  std::string user_agent;
  Timestamp started_at;
  Timestamp last_activity;
  std::optional<Timestamp> ended_at;  // the last activity, once it was silent or its token ended
  std::uint64_t bytes_in = 0;         // from the client
  std::uint64_t bytes_out = 0;
  std::uint64_t requests = 0;
};

}  // namespace zenzefi::domain
