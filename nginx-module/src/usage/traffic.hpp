// How many bytes a request has moved so far.
#pragma once

#include <cstdint>

#include "ngx.hpp"

namespace zenzefi::gateway {

struct UsageNode;

struct Traffic {
  std::uint64_t in =
      0;  // from the client: request line, headers, body, and what follows an upgrade
  std::uint64_t out = 0;  // to the client, headers included
};

// At any time until the request's pool is gone. Over HTTP/2, of the one stream.
[[nodiscard]] Traffic traffic_of(const ngx_http_request_t& main, const UsageNode& node) noexcept;

// Once for each configuration that counts: makes traffic_of() see upgrades.
void watch_upgrades() noexcept;

}  // namespace zenzefi::gateway
