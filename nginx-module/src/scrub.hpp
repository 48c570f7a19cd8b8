// Takes out of a request what must go no further: the token, wherever it stood, and headers by
// which a client claims to be somebody.
#pragma once

#include "config.hpp"
#include "ngx.hpp"

namespace zenzefi::gateway {

// Removes every header, cookie and query argument that the location's sources name, such an
// argument from headers that hold a URI, too, and the client's own X-User-Id and X-Token-Id. False
// when there is no memory.
[[nodiscard]] bool scrub(ngx_http_request_t* r, const LocationConf& conf) noexcept;

// POST_READ phase: makes tokens in the query unreadable in `$request`, which access logs and
// nginx's error messages show.
ngx_int_t mask_request_line(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
