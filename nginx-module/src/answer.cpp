#include "answer.hpp"

namespace zenzefi::gateway {
namespace {

struct Refusal {
  ngx_int_t status;
  std::string_view body;
};

constexpr Refusal refusal_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kMissing:
      return {NGX_HTTP_UNAUTHORIZED, R"({"detail": "Access token required"})"};
    case Verdict::kMalformed:
    case Verdict::kUnknown:
    case Verdict::kExpired:
    case Verdict::kRevoked:
      return {NGX_HTTP_UNAUTHORIZED, R"({"detail": "Invalid or expired access token"})"};
    case Verdict::kLimited:
      return {NGX_HTTP_TOO_MANY_REQUESTS, R"({"detail": "Rate limit exceeded"})"};
    case Verdict::kGranted:
    case Verdict::kUnavailable:
      break;
  }
  return {NGX_HTTP_SERVICE_UNAVAILABLE,
          R"({"detail": "Access tokens cannot be checked at the moment"})"};
}

ngx_table_elt_t* add_header(ngx_http_request_t* r, std::string_view name,
                            ngx_str_t value) noexcept {
  auto* header = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (header == nullptr) {
    return nullptr;
  }
  *header = {};
  header->hash = 1;
  header->key = borrow(name);
  header->value = value;
  return header;
}

bool add_challenge(ngx_http_request_t* r) noexcept {
  // Under `satisfy any` nginx takes it back when somebody else lets the request in.
  r->headers_out.www_authenticate = add_header(r, "WWW-Authenticate", borrow("Bearer"));
  return r->headers_out.www_authenticate != nullptr;
}

bool add_retry_after(ngx_http_request_t* r, std::uint32_t seconds) noexcept {
  auto* text = static_cast<u_char*>(ngx_pnalloc(r->pool, NGX_INT32_LEN));
  if (text == nullptr) {
    return false;
  }
  const u_char* end = ngx_sprintf(text, "%uD", seconds);
  return add_header(r, "Retry-After", {static_cast<std::size_t>(end - text), text}) != nullptr;
}

// Whether nginx would answer `status` with what an error_page directive says.
bool has_error_page(ngx_http_request_t* r, ngx_int_t status) noexcept {
  const auto* conf = static_cast<const ngx_http_core_loc_conf_t*>(
      ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  if (conf->error_pages == nullptr || r->error_page != 0 || r->uri_changes == 0) {
    return false;
  }
  const auto* pages = static_cast<const ngx_http_err_page_t*>(conf->error_pages->elts);
  for (ngx_uint_t i = 0; i < conf->error_pages->nelts; ++i) {
    if (pages[i].status == status) {
      return true;
    }
  }
  return false;
}

bool others_may_let_in(ngx_http_request_t* r, ngx_int_t status) noexcept {
  const auto* conf = static_cast<const ngx_http_core_loc_conf_t*>(
      ngx_http_get_module_loc_conf(r, ngx_http_core_module));
  return conf->satisfy == NGX_HTTP_SATISFY_ANY && status == NGX_HTTP_UNAUTHORIZED;
}

ngx_int_t send(ngx_http_request_t* r, const Refusal& refusal) noexcept {
  ngx_str_t type = ngx_string("application/json");
  ngx_http_complex_value_t body{};
  body.value = borrow(refusal.body);
  ngx_http_finalize_request(r, ngx_http_send_response(r, refusal.status, &type, &body));
  return NGX_DONE;
}

}  // namespace

ngx_int_t refuse(ngx_http_request_t* r, const Decision& decision) noexcept {
  const Refusal refusal = refusal_of(decision.verdict);
  const bool explained = refusal.status == NGX_HTTP_UNAUTHORIZED
                             ? add_challenge(r)
                             : add_retry_after(r, decision.retry_after);
  if (!explained) {
    return NGX_HTTP_SERVICE_UNAVAILABLE;
  }
  if (others_may_let_in(r, refusal.status) || has_error_page(r, refusal.status)) {
    return refusal.status;
  }
  return send(r, refusal);
}

}  // namespace zenzefi::gateway
