// access_token_redis: which servers to ask, and how.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// Adds every address that the directive's URL stands for.
char* add_redis(ngx_conf_t* cf, ngx_command_t* command, void* main) noexcept;

}  // namespace zenzefi::gateway
