// Takes the token out of the request.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// PREACCESS phase: finds the token, keeps its hash, and scrubs the request. Not in the access
// phase, because under `satisfy any` an address that is allowed skips our handler there, and the
// token must not go on to the target all the same.
ngx_int_t capture(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
