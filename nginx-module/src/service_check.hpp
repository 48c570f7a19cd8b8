// Asking the auth service about a token (shared/check.hpp), by a sub-request to the location that
// passes to it.
#pragma once

#include "context.hpp"

namespace zenzefi::gateway {

// For a context in progress kMustAsk, within the access phase of its request `r`. `uri` is that of
// the service's location and must not be empty. Returns
//   NGX_AGAIN  under way: the context is kAsking, and the request is entered again when it is
//              kDecided (or, rarely, kMustAsk once more)
//   NGX_OK     nobody is to be asked at this moment, or nobody can be: the context is kDecided
[[nodiscard]] ngx_int_t ask_service(ngx_http_request_t* r, Context& context,
                                    const ngx_str_t& uri) noexcept;

}  // namespace zenzefi::gateway
