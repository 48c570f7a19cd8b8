// Decides whether a request passes.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// ACCESS phase. Entered again when what a request waits for has come.
ngx_int_t check_access(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
