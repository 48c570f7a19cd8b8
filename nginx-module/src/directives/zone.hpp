// access_token_zone: L1's memory, and how long what it says counts.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

char* set_zone(ngx_conf_t* cf, ngx_command_t* command, void* main) noexcept;

}  // namespace zenzefi::gateway
