// A secret that stands in a file of its own, so that the configuration can be shown around.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// A parameter's setter (parameters.hpp): the first line of the file `value`, which is relative to
// the configuration, into an ngx_str_t with a NUL behind it.
const char* read_password_file(ngx_conf_t* cf, ngx_str_t value, void* target) noexcept;

}  // namespace zenzefi::gateway
