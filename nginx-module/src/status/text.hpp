// Appending numbers to text, independent of the locale.
#pragma once

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>

namespace zenzefi::gateway {

inline std::string seconds_text(std::chrono::duration<double> time) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), time.count()).ptr;
  return {text.data(), end};
}

inline std::string seconds_text(std::uint64_t nanoseconds) {
  return seconds_text(
      std::chrono::duration<double>{static_cast<double>(nanoseconds) / 1'000'000'000.0});
}

}  // namespace zenzefi::gateway
