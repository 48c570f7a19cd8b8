// The one place that includes nginx, and what turns its strings into ours.
#pragma once

extern "C" {
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_http.h>
}

#include <cstring>
#include <string_view>

namespace zenzefi::gateway {

inline std::string_view view(const ngx_str_t& text) noexcept {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

// For literals and other text that outlives its use: nothing is copied.
inline ngx_str_t borrow(std::string_view text) noexcept {
  return {text.size(), const_cast<u_char*>(reinterpret_cast<const u_char*>(text.data()))};
}

// A copy in `pool`, followed by a NUL that is not counted. False when there is no memory.
inline bool copy(ngx_pool_t* pool, std::string_view text, ngx_str_t& out) noexcept {
  auto* data = static_cast<u_char*>(ngx_pnalloc(pool, text.size() + 1));
  if (data == nullptr) {
    return false;
  }
  std::memcpy(data, text.data(), text.size());
  data[text.size()] = '\0';
  out = {text.size(), data};
  return true;
}

}  // namespace zenzefi::gateway

// What nginx and the module's table share; see module.cpp.
extern "C" ngx_module_t ngx_http_access_token_module;
