// The id by which a client, nginx's log and ours speak of the same request.
#pragma once

#include <string>

#include "http/message.hpp"

namespace zenzefi::http {

inline constexpr std::string_view kRequestIdHeader = "X-Request-Id";

// What the request brought along if that is sane (1 to 64 of letters, digits, `-`, `_`, `.`), else
// a new one: 32 random hexadecimal digits.
[[nodiscard]] std::string request_id_of(const Request& request);

}  // namespace zenzefi::http
