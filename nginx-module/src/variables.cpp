#include "variables.hpp"

#include <algorithm>
#include <array>

#include "context.hpp"
#include "entry.hpp"
#include "now.hpp"

namespace zenzefi::gateway {
namespace {

// A value that nginx shows as nothing, or `-` in a log.
ngx_int_t absent(ngx_http_variable_value_t* value) noexcept {
  value->not_found = 1;
  return NGX_OK;
}

ngx_int_t set_literal(ngx_http_variable_value_t* value, std::string_view text) noexcept {
  value->data = const_cast<u_char*>(reinterpret_cast<const u_char*>(text.data()));
  value->len = static_cast<unsigned>(text.size()) & 0x0FFFFFFFU;
  value->valid = 1;
  value->no_cacheable = 1;
  value->not_found = 0;
  return NGX_OK;
}

ngx_int_t set_copy(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                   std::string_view text) noexcept {
  ngx_str_t kept;
  return copy(r->pool, text, kept) ? set_literal(value, view(kept)) : NGX_ERROR;
}

ngx_int_t set_number(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                     std::int64_t number) noexcept {
  std::array<u_char, NGX_INT64_LEN> text;
  const u_char* end = ngx_sprintf(text.data(), "%L", number);
  return set_copy(
      r, value,
      {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(end - text.data())});
}

bool is_identified(const Context* context) noexcept {
  return context != nullptr && !context->stream.is_refused && context->decision.is_identified();
}

const Grant* grant_of(ngx_http_request_t* r) noexcept {
  const Context* context = find_context(r);
  return is_identified(context) ? &context->decision.grant : nullptr;
}

enum Holder : uintptr_t { kUser, kToken };

ngx_int_t get_id(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                 uintptr_t whose) noexcept {
  Context* context = find_context(r);
  if (!is_identified(context)) {
    return absent(value);
  }
  const Grant& grant = context->decision.grant;
  auto& text = context->id_texts[whose];
  (whose == kUser ? grant.user_id : grant.token_id).write(text);
  return set_literal(value, {text.data(), text.size()});
}

ngx_int_t get_expires_at(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                         uintptr_t /*data*/) noexcept {
  const Grant* grant = grant_of(r);
  if (grant == nullptr) {
    return absent(value);
  }
  return guarded<ngx_int_t>(
      NGX_ERROR, [&] { return set_copy(r, value, format_timestamp(grant->expires_at)); });
}

ngx_int_t get_time_left(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                        uintptr_t /*data*/) noexcept {
  const Grant* grant = grant_of(r);
  if (grant == nullptr) {
    return absent(value);
  }
  const std::int64_t left = (grant->expires_at - cached_time()).count();
  return set_number(r, value, std::max<std::int64_t>(left, 0));
}

ngx_int_t get_source_used(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                          uintptr_t /*data*/) noexcept {
  const Context* context = find_context(r);
  if (context == nullptr || context->source_used == 0) {
    return absent(value);
  }
  return set_number(r, value, context->source_used);
}

ngx_int_t get_cache(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                    uintptr_t /*data*/) noexcept {
  const Context* context = find_context(r);
  return set_literal(value,
                     origin_name(context == nullptr ? Origin::kNobody : context->decision.origin));
}

ngx_int_t get_reason(ngx_http_request_t* r, ngx_http_variable_value_t* value,
                     uintptr_t /*data*/) noexcept {
  const Context* context = find_context(r);
  const bool decided = context != nullptr && (context->progress == Progress::kDecided ||
                                              context->progress == Progress::kNoToken);
  if (!decided) {
    return absent(value);
  }
  if (context->stream.is_cut()) {
    return set_literal(value, reason_name(context->stream.cut));
  }
  if (context->decision.granted()) {
    return absent(value);
  }
  return set_literal(value, reason_name(context->decision.verdict));
}

struct Variable {
  std::string_view name;
  ngx_http_get_variable_pt get;
  uintptr_t data = 0;
};

constexpr Variable kVariables[] = {
    {"access_token_user_id", &get_id, kUser},       {"access_token_id", &get_id, kToken},
    {"access_token_expires_at", &get_expires_at},   {"access_token_time_left", &get_time_left},
    {"access_token_source_used", &get_source_used}, {"access_token_cache", &get_cache},
    {"access_token_reason", &get_reason},
};

}  // namespace

ngx_int_t add_variables(ngx_conf_t* cf) noexcept {
  for (const Variable& variable : kVariables) {
    ngx_str_t name = borrow(variable.name);
    // Not cacheable: who reads one before the access phase must not fix it at nothing.
    ngx_http_variable_t* added = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);
    if (added == nullptr) {
      return NGX_ERROR;
    }
    added->get_handler = variable.get;
    added->data = variable.data;
  }
  return NGX_OK;
}

}  // namespace zenzefi::gateway
