// Ends a request that is being served.
#pragma once

#include "context.hpp"
#include "ngx.hpp"

namespace zenzefi::gateway {

// From here on no byte passes to or from the client. nginx itself ends the request, a moment later
// and in its usual way, so this may be called from anywhere in the event loop. Over HTTP/2 it is
// the one stream that ends, not the connection.
void end_request(ngx_http_request_t* main) noexcept;

// Nothing of an answer has been sent yet, and nginx waits for the target's answer or the client's
// body and for nothing else: then the request can be answered.
[[nodiscard]] bool can_be_refused(const ngx_http_request_t& main) noexcept;

// Answers a request that was cut as if it had come now, if that is still possible; otherwise ends
// it. Only from the event loop: the request may be gone afterwards.
void refuse_cut(Context& context) noexcept;

}  // namespace zenzefi::gateway
