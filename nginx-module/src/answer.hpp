// What a client gets that may not pass.
#pragma once

#include "decision.hpp"
#include "ngx.hpp"

namespace zenzefi::gateway {

// 401, 429 or 503 with `{"detail": "..."}`; returns what the access phase is to be told. The answer
// is left to nginx where the configuration has its own (error_page), or where somebody else may
// still let the request in (satisfy any).
[[nodiscard]] ngx_int_t refuse(ngx_http_request_t* r, const Decision& decision) noexcept;

}  // namespace zenzefi::gateway
