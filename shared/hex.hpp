// Hexadecimal of fixed-size binary values.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace zenzefi {

// The lower-case digits of sixteen bytes, all at once.
inline std::array<char, 32> hex_digits(std::span<const std::uint8_t, 16> bytes) noexcept {
  using Vector [[gnu::vector_size(16)]] = std::int8_t;
  Vector all;
  std::memcpy(&all, bytes.data(), sizeof all);
  const Vector high = all >> 4 & 0xF;
  const Vector low = all & 0xF;
  std::array<Vector, 2> digits{
      __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
      __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15,
                              31)};
  for (Vector& part : digits) {
    part += '0' + ((part > 9) & ('a' - '0' - 10));
  }
  return std::bit_cast<std::array<char, 32>>(digits);
}

// Writes 2 * bytes.size() lower-case digits to `out`.
inline void hex_encode(std::span<const std::uint8_t> bytes, char* out) noexcept {
  constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 0xF];
  }
}

// -1 for what is no hexadecimal digit.
constexpr int hex_digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

// False, with `out` in no particular state, unless `text` is exactly 2 * out.size() digits.
inline bool hex_decode(std::string_view text, std::span<std::uint8_t> out) noexcept {
  if (text.size() != out.size() * 2) {
    return false;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit_value(text[2 * i]);
    const int low = hex_digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace zenzefi
