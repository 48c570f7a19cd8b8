#include "usage/traffic.hpp"

#include "usage/usage_node.hpp"

namespace zenzefi::gateway {
namespace {

std::uint64_t sent_to_target(const ngx_http_upstream_t& upstream) noexcept {
  off_t sent = 0;
  if (upstream.peer.connection != nullptr) {
    sent = upstream.peer.connection->sent;
  } else if (upstream.state != nullptr) {
    sent = upstream.state->bytes_sent;  // from when the connection was closed
  }
  return static_cast<std::uint64_t>(sent);
}

// nginx does not count what a client sends after an upgrade, but passes all of it on.
std::uint64_t received_after_upgrade(const ngx_http_request_t& main,
                                     const UsageNode& node) noexcept {
  if (!node.is_upgraded || main.upstream == nullptr) {
    return 0;
  }
  const std::uint64_t sent = sent_to_target(*main.upstream);
  return sent > node.sent_before_upgrade ? sent - node.sent_before_upgrade : 0;
}

}  // namespace

Traffic traffic_of(const ngx_http_request_t& main, const UsageNode& node) noexcept {
  return {static_cast<std::uint64_t>(main.request_length) + received_after_upgrade(main, node),
          static_cast<std::uint64_t>(main.connection->sent)};
}

void note_upgrade(const ngx_http_request_t& main, UsageNode& node) noexcept {
  if (main.headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS && main.upstream != nullptr &&
      main.upstream->upgrade != 0) {
    node.is_upgraded = true;
    node.sent_before_upgrade = sent_to_target(*main.upstream);
  }
}

}  // namespace zenzefi::gateway
