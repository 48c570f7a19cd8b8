// access_token_limit and access_token_connections: what a token's holder may ask for.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

char* set_limit(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept;
char* set_connections(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept;

}  // namespace zenzefi::gateway
