#include "shared/uuid.hpp"

#include <span>

#include "shared/hex.hpp"

namespace zenzefi {
namespace {

// Bytes in each of the five groups between dashes.
constexpr std::array<std::size_t, 5> kGroups{4, 2, 2, 2, 6};

}  // namespace

std::string Uuid::to_string() const {
  char out[36];
  write(out);
  return {out, sizeof out};
}

void Uuid::write(char (&out)[36]) const noexcept {
  char* to = out;
  std::span<const std::uint8_t> rest{bytes};
  for (const std::size_t group : kGroups) {
    if (to != out) {
      *to++ = '-';
    }
    hex_encode(rest.first(group), to);
    to += 2 * group;
    rest = rest.subspan(group);
  }
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) {
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
