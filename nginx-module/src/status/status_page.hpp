// access_token_status: what the module has counted, for those who watch it.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// The location's content handler.
ngx_int_t send_status(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
