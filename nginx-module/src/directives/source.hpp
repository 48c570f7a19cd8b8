// access_token_source: where in a request the token may stand.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

char* set_sources(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept;

// What holds without the directive; null when there is no memory.
[[nodiscard]] ngx_array_t* default_sources(ngx_pool_t* pool) noexcept;

}  // namespace zenzefi::gateway
