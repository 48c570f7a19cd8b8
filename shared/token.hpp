// The access token as clients send it, and the hash it is known by everywhere else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zenzefi {

inline constexpr std::size_t kMaxTokenLength = 256;

// Non-empty, at most kMaxTokenLength bytes, base64url alphabet without padding (RFC 4648, section
// 5). Anything else cannot be one of our tokens and is refused without asking anybody.
[[nodiscard]] bool is_plausible_token(std::string_view token) noexcept;

// SHA-256 of the token's characters. The token itself is never stored, logged or sent on.
struct TokenHash {
  std::array<std::uint8_t, 32> bytes{};

  friend bool operator==(const TokenHash&, const TokenHash&) = default;

  // Lower-case hexadecimal, 64 characters: the form in Redis keys and on the wire.
  [[nodiscard]] std::string hex() const;
  void write_hex(char (&out)[64]) const noexcept;
  // 64 hexadecimal digits of either case.
  [[nodiscard]] static std::optional<TokenHash> from_hex(std::string_view hex) noexcept;
};

// Empty only when OpenSSL fails. Thread-safe.
[[nodiscard]] std::optional<TokenHash> hash_token(std::string_view token) noexcept;

}  // namespace zenzefi
