#include "http/wire/response_format.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "shared/ascii.hpp"

namespace zenzefi::http {
namespace {

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "";  // RFC 9112, 4: may be empty
  }
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' || byte == 0x7f;
  });
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  if (name.empty() || has_control_character(name) || has_control_character(value)) {
    throw std::invalid_argument("a response header holds a control character");
  }
  out.append(name).append(": ").append(value).append("\r\n");
}

bool has_content_type(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return equal_ignoring_case(header.first, "Content-Type");
  });
}

}  // namespace

std::string format_response(const Response& response, const ResponseForm& form) {
  if (response.body.size() > kMaxResponseBody) {
    throw std::length_error("a response body is too large");
  }
  std::string out;
  out.reserve(256 + response.body.size());
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    append_header(out, name, value);
  }
  if (!response.body.empty() && !has_content_type(response)) {
    append_header(out, "Content-Type", "application/json");
  }
  if (response.status != 204) {  // RFC 9110, 8.6
    append_header(out, "Content-Length", std::to_string(response.body.size()));
  }
  append_header(out, "Connection", form.close ? "close" : "keep-alive");
  out.append("\r\n");
  if (!form.head_only && response.status != 204) {
    out.append(response.body);
  }
  return out;
}

}  // namespace zenzefi::http
