#include "scrub.hpp"

#include <algorithm>

#include "remembered_variables.hpp"
#include "request_headers.hpp"
#include "text/cookies.hpp"
#include "text/query.hpp"
#include "uri_headers.hpp"

namespace zenzefi::gateway {
namespace {

bool is_identity(const ngx_table_elt_t& header) noexcept {
  return has_name(header, "x_user_id") || has_name(header, "x_token_id");
}

bool is_credential(const ngx_table_elt_t& header, const LocationConf& conf) noexcept {
  for (const Source& source : conf.source_list()) {
    if (source.kind == SourceKind::kHeader && has_name(header, view(source.name))) {
      return true;
    }
  }
  return false;
}

// False when no cookie is left.
bool scrub_cookies(ngx_table_elt_t& header, const LocationConf& conf) noexcept {
  ngx_str_t& value = header.value;
  const std::size_t before = value.len;
  for (const Source& source : conf.source_list()) {
    if (source.kind == SourceKind::kCookie) {
      value.len = remove_cookie(reinterpret_cast<char*>(value.data), value.len, view(source.name));
    }
  }
  if (value.len != before) {
    value.data[value.len] = '\0';
  }
  return value.len != 0 || before == 0;
}

void scrub_uri(ngx_table_elt_t& header, const LocationConf& conf) noexcept {
  ngx_str_t& value = header.value;
  const std::size_t before = value.len;
  for (const Source& source : conf.source_list()) {
    if (source.kind == SourceKind::kArgument) {
      value.len =
          remove_uri_argument(reinterpret_cast<char*>(value.data), value.len, view(source.name));
    }
  }
  if (value.len != before) {
    value.data[value.len] = '\0';
  }
}

bool is_uri(const ngx_table_elt_t& header) noexcept {
  return std::any_of(kUriHeaders.begin(), kUriHeaders.end(),
                     [&](std::string_view name) { return has_name(header, name); });
}

bool scrub_headers(ngx_http_request_t* r, const LocationConf& conf) noexcept {
  bool marked = false;
  for_each_header(r, [&](ngx_table_elt_t& header) {
    if (!conf.may_matter(header.key.len)) {
      return;
    }
    const bool goes = has_name(header, "cookie")
                          ? !scrub_cookies(header, conf)
                          : is_identity(header) || is_credential(header, conf);
    if (goes) {
      mark_header(r, header);
      marked = true;
    } else if (is_uri(header)) {
      scrub_uri(header, conf);
    }
  });
  return !marked || take_out_marked_headers(r);
}

// `uri` with or without a path in front of the query, which starts at `query_at`.
bool remove_from_query(ngx_pool_t* pool, ngx_str_t& uri, std::size_t query_at,
                       std::string_view name) noexcept {
  const std::string_view query = view(uri).substr(query_at);
  if (!has_argument(query, name)) {
    return true;
  }
  auto* data = static_cast<u_char*>(ngx_pnalloc(pool, uri.len));
  if (data == nullptr) {
    return false;
  }
  std::memcpy(data, uri.data, query_at);
  const std::size_t left = remove_argument(query, name, reinterpret_cast<char*>(data) + query_at);
  // With the last argument goes the question mark.
  const bool ends_with_mark = left == 0 && query_at > 0;
  uri = {query_at + left - (ends_with_mark ? 1 : 0), data};
  return true;
}

bool scrub_query(ngx_http_request_t* r, std::string_view name) noexcept {
  if (!remove_from_query(r->pool, r->args, 0, name)) {
    return false;
  }
  const std::size_t mark = view(r->unparsed_uri).find('?');
  return mark == std::string_view::npos ||
         remove_from_query(r->pool, r->unparsed_uri, mark + 1, name);
}

// What stands between the first question mark and the protocol.
std::string_view query_of(const ngx_str_t& request_line) noexcept {
  const std::string_view line = view(request_line);
  const std::size_t mark = line.find('?');
  if (mark == std::string_view::npos) {
    return {};
  }
  const std::size_t end = line.rfind(' ');
  // HTTP/0.9 has no protocol.
  const bool has_protocol = end != std::string_view::npos && end > mark;
  return line.substr(mark + 1, has_protocol ? end - mark - 1 : std::string_view::npos);
}

bool mask(ngx_http_request_t* r, std::string_view name) noexcept {
  const std::string_view query = query_of(r->request_line);
  if (!has_argument(query, name)) {
    return true;
  }
  const auto start = static_cast<std::size_t>(query.data() - view(r->request_line).data());
  // The arguments themselves may be in the same memory.
  ngx_str_t masked;
  if (!copy(r->pool, view(r->request_line), masked)) {
    return false;
  }
  mask_argument(reinterpret_cast<char*>(masked.data) + start, query.size(), name);
  r->request_line = masked;
  return true;
}

}  // namespace

bool scrub(ngx_http_request_t* r, const LocationConf& conf) noexcept {
  for (const Source& source : conf.source_list()) {
    if (source.kind == SourceKind::kArgument && !scrub_query(r, view(source.name))) {
      return false;
    }
  }
  forget_scrubbed_variables(r);
  return scrub_headers(r, conf);
}

ngx_int_t mask_request_line(ngx_http_request_t* r) noexcept {
  const ngx_array_t& names = *main_conf(r).argument_names;
  const auto* name = static_cast<const ngx_str_t*>(names.elts);
  for (ngx_uint_t i = 0; i < names.nelts; ++i) {
    if (!mask(r, view(name[i]))) {
      return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }
  }
  return NGX_DECLINED;
}

}  // namespace zenzefi::gateway
