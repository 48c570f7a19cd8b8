#include "service_check.hpp"

#include <charconv>
#include <optional>

#include "lookup/lookup.hpp"
#include "shared/ascii.hpp"
#include "shared/check.hpp"

namespace zenzefi::gateway {
namespace {

constexpr ngx_uint_t kGranted = NGX_HTTP_NO_CONTENT;
constexpr ngx_uint_t kRefused = NGX_HTTP_UNAUTHORIZED;

// Empty when the upstream has not sent it.
std::string_view header_of(ngx_http_upstream_t& upstream, std::string_view name) noexcept {
  for (ngx_list_part_t* part = &upstream.headers_in.headers.part; part != nullptr;
       part = part->next) {
    const auto* headers = static_cast<const ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      if (equal_ignoring_case(view(headers[i].key), name)) {
        return view(headers[i].value);
      }
    }
  }
  return {};
}

ServiceAnswer read_grant(ngx_http_upstream_t& upstream) noexcept {
  const auto user_id = Uuid::parse(header_of(upstream, check::kUserIdHeader));
  const auto token_id = Uuid::parse(header_of(upstream, check::kTokenIdHeader));
  const auto expires_at = parse_timestamp(header_of(upstream, check::kExpiresAtHeader));
  const std::string_view hours = header_of(upstream, check::kDurationHeader);
  std::uint32_t duration = 0;
  const auto [end, error] = std::from_chars(hours.data(), hours.data() + hours.size(), duration);
  if (!user_id || !token_id || !expires_at || error != std::errc{} ||
      end != hours.data() + hours.size()) {
    return NoAnswer{};
  }
  return Grant{*user_id, *token_id, *expires_at, duration};
}

ServiceAnswer read_refusal(ngx_http_upstream_t& upstream) noexcept {
  const std::string_view reason = header_of(upstream, check::kReasonHeader);
  if (reason == check::kReasonUnknown) {
    return RefusalReason::kUnknown;
  }
  if (reason == check::kReasonExpired) {
    return RefusalReason::kExpired;
  }
  if (reason == check::kReasonRevoked) {
    return RefusalReason::kRevoked;
  }
  return NoAnswer{};
}

// `rc` is how the sub-request ended. A status of nginx's own making (502, 504) is no answer.
ServiceAnswer read_answer(ngx_http_request_t* sr, ngx_int_t rc) noexcept {
  if (sr->upstream == nullptr) {
    ngx_log_error(NGX_LOG_ERR, sr->connection->log, 0,
                  "access_token: %V passes to no upstream, while asking the auth service",
                  &sr->uri);
    return NoAnswer{};
  }
  ngx_http_upstream_t& upstream = *sr->upstream;
  const ngx_uint_t status = upstream.headers_in.status_n;
  if (rc != NGX_OK && rc != static_cast<ngx_int_t>(status)) {
    return NoAnswer{};
  }
  ServiceAnswer answer;
  if (status == kGranted) {
    answer = read_grant(upstream);
  } else if (status == kRefused) {
    answer = read_refusal(upstream);
  } else {
    return NoAnswer{};
  }
  if (std::holds_alternative<NoAnswer>(answer)) {
    ngx_log_error(NGX_LOG_ERR, sr->connection->log, 0,
                  "access_token: answer %ui without what belongs to it, while asking the auth "
                  "service",
                  status);
  }
  return answer;
}

// nginx may call it more than once for one sub-request: when an error becomes an answer.
ngx_int_t finished(ngx_http_request_t* sr, void* data, ngx_int_t rc) noexcept {
  auto& context = *static_cast<Context*>(data);
  const bool client_left = rc == NGX_HTTP_CLIENT_CLOSED_REQUEST || sr->connection->error != 0;
  if (context.progress == Progress::kAsking && context.lookup != nullptr && !client_left) {
    context.lookup->answered(read_answer(sr, rc));
  }
  return rc;
}

bool set_headers(ngx_http_request_t* sr, const Context& context) noexcept {
  auto* hex = static_cast<char(*)[64]>(ngx_pnalloc(sr->pool, 64));
  auto* name = static_cast<u_char*>(ngx_pnalloc(sr->pool, check::kTokenHashHeader.size()));
  const ngx_str_t server = sr->headers_in.server;
  ngx_memzero(&sr->headers_in, sizeof(sr->headers_in));
  if (hex == nullptr || name == nullptr ||
      ngx_list_init(&sr->headers_in.headers, sr->pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK) {
    return false;
  }
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&sr->headers_in.headers));
  if (header == nullptr) {
    return false;
  }
  ngx_memzero(header, sizeof(*header));
  context.hash.write_hex(*hex);
  header->key = borrow(check::kTokenHashHeader);
  header->value = {sizeof(*hex), reinterpret_cast<u_char*>(hex)};
  header->lowcase_key = name;
  header->hash = ngx_hash_strlow(name, header->key.data, header->key.len);
  sr->headers_in.server = server;
  sr->headers_in.content_length_n = -1;
  sr->headers_in.keep_alive_n = -1;
  return true;
}

// Null when there is no memory.
ngx_http_request_t* begin_subrequest(ngx_http_request_t* r, Context& context,
                                     const ngx_str_t& uri) noexcept {
  auto* post = static_cast<ngx_http_post_subrequest_t*>(
      ngx_pcalloc(r->pool, sizeof(ngx_http_post_subrequest_t)));
  auto* body =
      static_cast<ngx_http_request_body_t*>(ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t)));
  if (post == nullptr || body == nullptr) {
    return nullptr;
  }
  post->handler = finished;
  post->data = &context;
  ngx_str_t location = uri;
  ngx_http_request_t* sr = nullptr;
  if (ngx_http_subrequest(r, &location, nullptr, &sr, post, NGX_HTTP_SUBREQUEST_WAITED) != NGX_OK) {
    return nullptr;
  }
  sr->request_body = body;
  sr->header_only = 1;
  return sr;
}

}  // namespace

ngx_int_t ask_service(ngx_http_request_t* r, Context& context, const ngx_str_t& uri) noexcept {
  if (!context.lookup->begin_to_ask(context)) {
    return NGX_OK;
  }
  ngx_http_request_t* const sr = begin_subrequest(r, context, uri);
  if (sr != nullptr && set_headers(sr, context)) {
    return NGX_AGAIN;
  }
  context.lookup->answered(NoAnswer{});
  return NGX_OK;
}

}  // namespace zenzefi::gateway
