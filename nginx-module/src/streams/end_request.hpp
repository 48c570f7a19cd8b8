// Ends a request that is being served.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// From here on no byte passes to or from the client. nginx itself ends the request, a moment later
// and in its usual way, so this may be called from anywhere in the event loop. Over HTTP/2 it is
// the one stream that ends, not the connection.
void end_request(ngx_http_request_t* main) noexcept;

}  // namespace zenzefi::gateway
