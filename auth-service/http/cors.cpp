#include "http/cors.hpp"

#include <algorithm>

#include "shared/ascii.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view kMethods = "GET, POST, PATCH, DELETE";
constexpr std::string_view kRequestHeaders =
    "Authorization, Content-Type, Idempotency-Key, X-Access-Token, X-Request-Id";
constexpr std::string_view kResponseHeaders = "X-Request-Id, Retry-After, X-OTP";
constexpr std::string_view kPreflightSeconds =
    "600";  // Chromium's and Firefox's own limits are above

// RFC 3986, 3.1.
bool is_scheme(std::string_view text) {
  return !text.empty() && is_small_letter(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_small_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

// With or without a port; an address of IPv6 stands in brackets.
bool is_authority(std::string_view text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon =
      std::min(text.find(':', bracket == std::string_view::npos ? 0 : bracket), text.size());
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(std::min(colon + 1, text.size()));
  return !host.empty() && (colon == text.size()) == port.empty() &&
         std::ranges::all_of(port, is_digit) && std::ranges::all_of(host, [](char c) {
           return is_small_letter(c) || is_digit(c) ||
                  std::string_view{".-[]:"}.find(c) != std::string_view::npos;
         });
}

}  // namespace

bool is_origin(std::string_view text) noexcept {
  constexpr std::string_view kSeparator = "://";
  const std::size_t at = text.find(kSeparator);
  return at != std::string_view::npos && is_scheme(text.substr(0, at)) &&
         is_authority(text.substr(at + kSeparator.size()));
}

std::optional<Response> Cors::preflight(const Request& request) const {
  if (request.method != Method::kOptions || !request.header("Access-Control-Request-Method") ||
      origin_of(request) == nullptr) {
    return std::nullopt;
  }
  Response response;
  response.status = 204;
  response.headers = {{"Access-Control-Allow-Methods", std::string{kMethods}},
                      {"Access-Control-Allow-Headers", std::string{kRequestHeaders}},
                      {"Access-Control-Max-Age", std::string{kPreflightSeconds}}};
  return response;
}

void Cors::share(const Request& request, Response& response) const {
  if (origins_.empty()) {
    return;
  }
  // Whoever keeps answers must not give this one to a page of another origin.
  response.headers.emplace_back("Vary", "Origin");
  if (const std::string* const origin = origin_of(request)) {
    response.headers.emplace_back("Access-Control-Allow-Origin", *origin);
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
    response.headers.emplace_back("Access-Control-Expose-Headers", kResponseHeaders);
  }
}

const std::string* Cors::origin_of(const Request& request) const {
  const auto origin = request.header("Origin");
  const auto listed = origin ? std::ranges::find(origins_, *origin) : origins_.end();
  return listed == origins_.end() ? nullptr : &*listed;
}

}  // namespace zenzefi::http
