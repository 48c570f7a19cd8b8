// Letters and digits of ASCII, whatever the locale.
#pragma once

#include <algorithm>
#include <string_view>

namespace zenzefi {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_small_letter(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return is_small_letter(c) || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_letter(c) || is_digit(c);
}

// Anything but a capital letter stays as it is.
[[nodiscard]] constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// As names of headers and schemes of authentication are compared (RFC 9110, 5.1).
[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace zenzefi
