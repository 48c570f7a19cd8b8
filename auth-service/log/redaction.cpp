#include "log/redaction.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "shared/ascii.hpp"

namespace zenzefi::log {
namespace {

// Longer than a UUID (36), shorter than what we hand out as a secret (64).
constexpr std::size_t kShortestSecret = 40;

constexpr std::array<std::string_view, 7> kSecretNames{
    "password", "passwd", "token", "secret", "authorization", "cookie", "credential"};

constexpr bool is_secret_character(char c) noexcept {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '+' || c == '=';
}

bool names_a_secret(std::string_view name) {
  // An id says which one is meant and opens nothing.
  if (name.ends_with("_id")) {
    return false;
  }
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return std::any_of(kSecretNames.begin(), kSecretNames.end(), [&](std::string_view secret) {
    return lower.find(secret) != std::string::npos;
  });
}

}  // namespace

std::string redacted(std::string_view name, std::string_view value) {
  if (names_a_secret(name)) {
    return std::string(kRedacted);
  }
  std::string out;
  out.reserve(value.size());
  std::size_t at = 0;
  while (at < value.size()) {
    const std::size_t start = at;
    while (at < value.size() && is_secret_character(value[at])) {
      ++at;
    }
    if (at - start >= kShortestSecret) {
      out += kRedacted;
    } else {
      out += value.substr(start, at - start);
    }
    if (at < value.size()) {
      out += value[at++];
    }
  }
  return out;
}

}  // namespace zenzefi::log
