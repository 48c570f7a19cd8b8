#include "http/error_response.hpp"

#include <utility>

#include "http/json/writer.hpp"

namespace zenzefi::http {

int status_of(domain::ErrorCode code) noexcept {
  switch (code) {
    case domain::ErrorCode::kRuleViolated:
      return 400;
    case domain::ErrorCode::kUnauthenticated:
    case domain::ErrorCode::kOneTimeCodeRequired:
      return 401;
    case domain::ErrorCode::kInsufficientBalance:
      return 402;
    case domain::ErrorCode::kForbidden:
      return 403;
    case domain::ErrorCode::kNotFound:
      return 404;
    case domain::ErrorCode::kConflict:
      return 409;
    case domain::ErrorCode::kTooManyRequests:
      return 429;
    case domain::ErrorCode::kUnavailable:
      return 503;
    case domain::ErrorCode::kInternal:
      break;
  }
  return 500;
}

Response error_response(int status, std::string_view detail) {
  json::Writer writer;
  writer.object([&] { writer.member("detail", detail); });
  Response response;
  response.status = status;
  response.body = writer.text();
  if (status == 401) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  }
  if (status == 503) {
    response.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  }
  return response;
}

Response error_response(const domain::Error& error) {
  if (error.code == domain::ErrorCode::kInternal) {
    return internal_error(error.detail);
  }
  if (error.code == domain::ErrorCode::kTooManyRequests) {
    return too_many_requests(error.retry_after);
  }
  Response response = error_response(status_of(error.code), error.detail);
  if (error.code == domain::ErrorCode::kOneTimeCodeRequired) {
    response.headers.emplace_back("X-OTP", "required");
  }
  return response;
}

Response internal_error(std::string note) {
  Response response = error_response(500, "Internal server error");
  response.log_note = std::move(note);
  return response;
}

Response unavailable(std::string_view detail) {
  return error_response(503, detail);
}

Response too_many_requests(std::chrono::seconds retry_after) {
  const std::string seconds = std::to_string(retry_after.count());
  Response response =
      error_response(429, "Too many requests. Try again in " + seconds + " seconds");
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

Response validation_error(const std::vector<FieldError>& errors) {
  json::Writer writer;
  writer.object([&] {
    writer.array("detail", [&] {
      for (const FieldError& error : errors) {
        writer.object([&] {
          writer.array("loc", [&] {
            for (const std::string& part : error.loc) {
              writer.value(part);
            }
          });
          writer.member("msg", error.msg);
          writer.member("type", error.type);
        });
      }
    });
  });
  Response response;
  response.status = 422;
  response.body = writer.text();
  return response;
}

}  // namespace zenzefi::http
