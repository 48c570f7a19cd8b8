#include "domain/text.hpp"

#include <cstdint>

namespace zenzefi::domain {
namespace {

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  // in bytes; 0 when the bytes are no UTF-8
};

constexpr bool is_continuation(char c) {
  return (static_cast<std::uint8_t>(c) & 0xC0) == 0x80;
}

// The smallest code point that may take that many bytes: anything below is an over-long form.
constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};

constexpr std::size_t sequence_length(std::uint8_t lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    return 3;
  }
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

CodePoint decode(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) {
    return {};
  }
  if (length == 1) {
    return {lead, 1};
  }
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) {
      return {};
    }
    value = value << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) {
    return {};
  }
  return {value, length};
}

constexpr bool is_control(char32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F);
}

}  // namespace

bool is_clean_text(std::string_view text) noexcept {
  while (!text.empty()) {
    const CodePoint next = decode(text);
    if (next.length == 0 || is_control(next.value)) {
      return false;
    }
    text.remove_prefix(next.length);
  }
  return true;
}

std::optional<std::size_t> count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    const CodePoint next = decode(text);
    if (next.length == 0) {
      return std::nullopt;
    }
    text.remove_prefix(next.length);
    ++count;
  }
  return count;
}

std::string cleaned_text(std::string_view text, std::size_t max_code_points) {
  std::string cleaned;
  for (std::size_t count = 0; count < max_code_points && !text.empty(); ++count) {
    const CodePoint next = decode(text);
    if (next.length == 0 || is_control(next.value)) {
      cleaned += '?';
    } else {
      cleaned += text.substr(0, next.length);
    }
    text.remove_prefix(next.length == 0 ? 1 : next.length);
  }
  return cleaned;
}

}  // namespace zenzefi::domain
