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

// When the main request's response is about to be sent: makes traffic_of() see an upgrade.
void note_upgrade(const ngx_http_request_t& main, UsageNode& node) noexcept;

}  // namespace zenzefi::gateway
