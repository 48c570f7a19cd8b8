// The client's headers as nginx keeps them: read, and taken out again.
#pragma once

#include <string_view>

#include "ngx.hpp"

namespace zenzefi::gateway {

template <typename Visit>
void for_each_header(ngx_http_request_t* r, Visit&& visit) {
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr; part = part->next) {
    auto* headers = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      visit(headers[i]);
    }
  }
}

// `normalised` is in lower case with `_` for `-`: the spellings that nginx's variables, and CGI
// programs behind it, cannot tell apart are the same name.
[[nodiscard]] bool is_spelling_of(const u_char* name, std::string_view normalised) noexcept;
[[nodiscard]] inline bool has_name(const ngx_table_elt_t& header,
                                   std::string_view normalised) noexcept {
  return header.key.len == normalised.size() && is_spelling_of(header.key.data, normalised);
}

// Marks a header for take_out_marked_headers(), and makes nginx forget it if it knows it by name.
void mark_header(ngx_http_request_t* r, ngx_table_elt_t& header) noexcept;

// The others stay where they are in memory, for nginx points at some of them. False when there is
// no memory: then all headers are still there.
[[nodiscard]] bool take_out_marked_headers(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
