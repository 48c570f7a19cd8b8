// A key that access tokens are sealed with at rest.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace zenzefi::infra {

// AES-256. Wiped from memory with the object.
struct SealingKey {
  std::array<std::uint8_t, 32> bytes{};

  SealingKey() = default;
  SealingKey(const SealingKey&) = default;
  SealingKey& operator=(const SealingKey&) = default;
  ~SealingKey();

  // Base64 (RFC 4648, section 4, with padding) of exactly 32 bytes; empty for anything else.
  [[nodiscard]] static std::optional<SealingKey> from_base64(std::string_view text);
};

}  // namespace zenzefi::infra
