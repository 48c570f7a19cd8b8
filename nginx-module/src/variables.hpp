// What the module tells the rest of the configuration: `$access_token_user_id` and the others.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

ngx_int_t add_variables(ngx_conf_t* cf) noexcept;

}  // namespace zenzefi::gateway
