// Errors in the one shape the contract gives them: {"detail": ...}. The only place that decides on
// a status.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.hpp"
#include "http/message.hpp"

namespace zenzefi::http {

// How long a client should wait before it asks a busy or half-broken service again.
inline constexpr std::string_view kRetryAfterSeconds = "1";

[[nodiscard]] int status_of(domain::ErrorCode code) noexcept;

// {"detail": "<detail>"}
[[nodiscard]] Response error_response(int status, std::string_view detail);

// 401 carries WWW-Authenticate (and X-OTP where a one-time code is missing), 429 and 503
// Retry-After. The detail of kInternal goes to the log alone.
[[nodiscard]] Response error_response(const domain::Error& error);

// 500 with the contract's text; `note` is for the log.
[[nodiscard]] Response internal_error(std::string note);

[[nodiscard]] Response unavailable(std::string_view detail);

// 429, with Retry-After
[[nodiscard]] Response too_many_requests(std::chrono::seconds retry_after);

// One thing that is wrong with a body or a query.
struct FieldError {
  std::vector<std::string> loc;  // "body" or "query", then the field's name
  std::string msg;
  std::string type;
};

// 422
[[nodiscard]] Response validation_error(const std::vector<FieldError>& errors);

}  // namespace zenzefi::http
