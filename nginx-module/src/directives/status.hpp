#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// access_token_status
char* set_status(ngx_conf_t* cf, ngx_command_t* command, void* location) noexcept;

}  // namespace zenzefi::gateway
