#include "shared/uuid.hpp"

#include <cstring>
#include <span>

#include "shared/hex.hpp"

namespace zenzefi {
namespace {

// Bytes in each of the five groups between dashes.
constexpr std::array<std::size_t, 5> kGroups{4, 2, 2, 2, 6};

}  // namespace

std::string Uuid::to_string() const {
  std::string text(kTextLength, '-');
  write(std::span{text}.first<kTextLength>());
  return text;
}

void Uuid::write(std::span<char, kTextLength> out) const noexcept {
  const std::array<char, 32> digits = hex_digits(bytes);
  const auto put = [&](std::size_t at, std::size_t from, std::size_t count) {
    std::memcpy(out.data() + at, digits.data() + from, count);
  };
  put(0, 0, 8);
  out[8] = '-';
  put(9, 8, 4);
  out[13] = '-';
  put(14, 12, 4);
  out[18] = '-';
  put(19, 16, 4);
  out[23] = '-';
  put(24, 20, 12);
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != kTextLength) {
    return std::nullopt;
  }
  Uuid uuid;
  std::span<std::uint8_t> rest{uuid.bytes};
  for (const std::size_t group : kGroups) {
    if (rest.size() != uuid.bytes.size()) {
      if (text.front() != '-') {
        return std::nullopt;
      }
      text.remove_prefix(1);
    }
    if (!hex_decode(text.substr(0, 2 * group), rest.first(group))) {
      return std::nullopt;
    }
    text.remove_prefix(2 * group);
    rest = rest.subspan(group);
  }
  return uuid;
}

}  // namespace zenzefi
