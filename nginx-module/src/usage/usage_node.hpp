// A request's place among those whose use is counted, and what has been counted of it.
#pragma once

#include <cstdint>

#include "ngx.hpp"
#include "usage/usage_place.hpp"

namespace zenzefi::gateway {

// Part of the request's context.
struct UsageNode {
  ngx_queue_t place{&place, &place};  // linked to itself while it is not counted
  std::uint64_t bytes_in = 0;         // counted so far
  std::uint64_t bytes_out = 0;
  // What the target had been sent when the connection became a WebSocket.
  std::uint64_t sent_before_upgrade = 0;
  // Where UsageTable has what is used with this token, address and agent.
  UsagePlace client;
  bool is_upgraded = false;
  bool is_request_counted = false;

  [[nodiscard]] bool is_counted() const noexcept { return place.next != &place; }
};

}  // namespace zenzefi::gateway
