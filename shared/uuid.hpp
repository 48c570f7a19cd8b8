// Identifiers of users, tokens, transactions and sessions (RFC 4122).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace zenzefi {

struct Uuid {
  static constexpr std::size_t kTextLength = 36;

  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

  // 36 characters, lower case, with dashes.
  [[nodiscard]] std::string to_string() const;
  void write(std::span<char, kTextLength> out) const noexcept;
  // The 36-character form only, either case.
  [[nodiscard]] static std::optional<Uuid> parse(std::string_view text) noexcept;
};

}  // namespace zenzefi
