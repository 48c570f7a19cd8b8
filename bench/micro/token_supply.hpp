// Tokens by number, made without touching memory, so that only the table's own misses are measured.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "shared/token.hpp"

namespace zenzefi::bench {

// SplitMix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix(std::uint64_t number) noexcept {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

// As good as a SHA-256 for a table, and made in a few nanoseconds.
inline TokenHash hash_number(std::uint64_t number) noexcept {
  std::array<std::uint64_t, 4> words;
  for (std::uint64_t i = 0; i < words.size(); ++i) {
    words[i] = mix(number * words.size() + i);
  }
  TokenHash hash;
  std::memcpy(hash.bytes.data(), words.data(), sizeof words);
  return hash;
}

// The text of a token: 48 random bytes are 64 characters.
class TokenText {
 public:
  explicit TokenText(std::uint64_t number) noexcept {
    characters_.fill('x');
    for (std::size_t i = 0; i < 16; ++i) {
      characters_[i] = "0123456789abcdef"[(number >> (4 * i)) & 0xF];
    }
  }
  [[nodiscard]] std::string_view view() const noexcept {
    return {characters_.data(), characters_.size()};
  }

 private:
  std::array<char, 64> characters_;
};

}  // namespace zenzefi::bench
