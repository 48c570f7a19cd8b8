#include "demo/query.hpp"

#include <algorithm>
#include <charconv>

#include "shared/hex.hpp"

namespace zenzefi::demo {
namespace {

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_digit_value(text[i + 1]) : -1;
    const int low = escape ? hex_digit_value(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      decoded += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

}  // namespace

std::optional<std::string> Query::find(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::string_view argument = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), argument.size() + 1));
    const std::size_t equals = argument.find('=');
    if (argument.substr(0, equals) == name) {
      return percent_decode(equals == std::string_view::npos ? "" : argument.substr(equals + 1));
    }
  }
  return std::nullopt;
}

std::uint64_t Query::number(std::string_view name, std::uint64_t fallback) const {
  const std::optional<std::string> text = find(name);
  std::uint64_t value = 0;
  if (!text) {
    return fallback;
  }
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  return error == std::errc() && end == text->data() + text->size() ? value : fallback;
}

}  // namespace zenzefi::demo
