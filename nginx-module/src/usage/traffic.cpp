#include "usage/traffic.hpp"

#include "context.hpp"
#include "usage/usage_node.hpp"

namespace zenzefi::gateway {
namespace {

// nginx's chain of header filters is made of variables like this one.
ngx_http_output_header_filter_pt next_filter = nullptr;

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

ngx_int_t note_upgrade(ngx_http_request_t* r) noexcept {
  if (r->headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS && r == r->main &&
      r->upstream != nullptr && r->upstream->upgrade != 0) {
    if (Context* context = find_context(r)) {
      context->usage.is_upgraded = true;
      context->usage.sent_before_upgrade = sent_to_target(*r->upstream);
    }
  }
  return next_filter(r);
}

}  // namespace

Traffic traffic_of(const ngx_http_request_t& main, const UsageNode& node) noexcept {
  return {static_cast<std::uint64_t>(main.request_length) + received_after_upgrade(main, node),
          static_cast<std::uint64_t>(main.connection->sent)};
}

void watch_upgrades() noexcept {
  next_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = &note_upgrade;
}

}  // namespace zenzefi::gateway
