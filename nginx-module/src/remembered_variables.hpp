// nginx remembers most variables from when they were first read: an `if` of the server, or a `map`
// it reads, would bring back what has been scrubbed since.
#pragma once

#include "ngx.hpp"

namespace zenzefi::gateway {

// When the whole configuration is read: those among the variables in use that show what is
// scrubbed. False when there is no memory.
[[nodiscard]] bool find_scrubbed_variables(ngx_conf_t* cf) noexcept;

// They are read from the request again. What others have derived from them is not: a `map` that is
// not volatile.
void forget_scrubbed_variables(ngx_http_request_t* r) noexcept;

}  // namespace zenzefi::gateway
