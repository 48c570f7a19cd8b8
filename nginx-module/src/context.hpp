// What the module knows about one client request. It lives as long as the request, survives
// internal redirects, and is shared by the request's sub-requests.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "decision.hpp"
#include "limits/connection_counts.hpp"
#include "ngx.hpp"
#include "shared/token.hpp"
#include "streams/stream_node.hpp"
#include "usage/usage_node.hpp"

namespace zenzefi::gateway {

class Lookup;

enum class Progress : std::uint8_t {
  kNoToken,  // nothing captured that could be looked up: `decision` says why
  kToken,    // captured, not looked up yet
  kWaiting,  // a look-up is under way
  kMustAsk,  // this request has been chosen to send the sub-request to the service
  kAsking,   // its sub-request is under way
  kDecided,  // `decision` holds
};

struct Context {
  ngx_http_request_t* request = nullptr;  // the main request
  Progress progress = Progress::kNoToken;
  // By position in access_token_source, from 1; 0 for none.
  std::uint8_t source_used = 0;
  Decision decision;
  // Of the token, which itself is gone; from kToken on.
  TokenHash hash;

  // What `$access_token_user_id` and `$access_token_id` show: a request has little room left in the
  // block of memory that it has anyway.
  std::array<std::array<char, Uuid::kTextLength>, 2> id_texts;

  // By access_token_limit, whether it passed or not.
  bool is_counted = false;
  // Its part in what access_token_connections counts.
  std::optional<ConnectionCounts::Lease> connection;

  StreamNode stream;
  UsageNode usage;

  // The look-up this request waits for; null when there is none, or it has ended.
  Lookup* lookup = nullptr;
  // Its place among those that wait, or that are to be resumed; linked to itself otherwise.
  ngx_queue_t place{&place, &place};
};

// Null if no guarded location has seen the request yet.
[[nodiscard]] Context* find_context(ngx_http_request_t* request) noexcept;

// Null when there is no memory. When the request ends, however it ends, the context leaves its
// look-up and is no longer counted as under way.
[[nodiscard]] Context* find_or_create_context(ngx_http_request_t* request) noexcept;

}  // namespace zenzefi::gateway
