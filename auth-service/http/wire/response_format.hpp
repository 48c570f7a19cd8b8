// An answer as bytes of HTTP/1.1 (RFC 9112).
#pragma once

#include <cstddef>
#include <string>

#include "http/message.hpp"

namespace zenzefi::http {

// Lists are paged, so that no answer comes near it; see server/connection.hpp for why it matters.
inline constexpr std::size_t kMaxResponseBody = 100UL * 1024;

struct ResponseForm {
  bool head_only = false;  // the answer to HEAD: all the headers, no body
  bool close = false;      // says that the connection ends with this answer
};

// Content-Type is application/json unless the response says otherwise. Throws std::invalid_argument
// for a header that could be read as two (a control character in it, CR and LF above all), and
// std::length_error for a body above kMaxResponseBody: both are bugs of ours.
[[nodiscard]] std::string format_response(const Response& response, const ResponseForm& form);

}  // namespace zenzefi::http
