#include "http/input/credentials.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "shared/ascii.hpp"

namespace zenzefi::http {
namespace {

constexpr std::string_view kBlank = " \t";

std::string_view skip_blanks(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
}

std::optional<std::string_view> find_in_cookies(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::string_view pair = skip_blanks(cookies.substr(0, cookies.find(';')));
    if (pair.size() > name.size() && pair.substr(0, name.size()) == name &&
        pair[name.size()] == '=') {
      const std::string_view value = pair.substr(name.size() + 1);
      return value.substr(0, value.find_last_not_of(kBlank) + 1);
    }
    cookies.remove_prefix(std::min(cookies.find(';'), cookies.size() - 1) + 1);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> bearer_of(const Request& request) {
  constexpr std::string_view kScheme = "Bearer";
  const std::string_view credentials = request.header("Authorization").value_or("");
  if (credentials.size() <= kScheme.size() || credentials[kScheme.size()] != ' ' ||
      !equal_ignoring_case(credentials.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return skip_blanks(credentials.substr(kScheme.size()));
}

std::optional<std::string_view> cookie_of(const Request& request, std::string_view name) {
  for (const auto& [header, value] : request.headers) {
    if (!equal_ignoring_case(header, "Cookie")) {
      continue;
    }
    if (const auto found = find_in_cookies(value, name)) {
      return found;
    }
  }
  return std::nullopt;
}

std::optional<std::string_view> access_token_of(const Request& request) {
  if (const auto token = request.header(kAccessTokenHeader); token && !token->empty()) {
    return token;
  }
  const auto token = cookie_of(request, kAccessTokenCookie);
  return token && !token->empty() ? token : std::nullopt;
}

std::string client_address_of(const Request& request) {
  const std::string address{request.header("X-Real-IP").value_or("")};
  in6_addr parsed{};
  const bool sane = inet_pton(AF_INET, address.c_str(), &parsed) == 1 ||
                    inet_pton(AF_INET6, address.c_str(), &parsed) == 1;
  return sane ? address : std::string{};
}

std::optional<std::string> idempotency_key_of(const Request& request) {
  const auto key = request.header("Idempotency-Key");
  return key ? std::optional<std::string>{*key} : std::nullopt;
}

}  // namespace zenzefi::http
