#include "shared/keys.hpp"

namespace zenzefi {

std::string active_token_key(const TokenHash& hash) {
  std::string key{kActiveTokenPrefix};
  key += hash.hex();
  return key;
}

std::optional<TokenHash> parse_active_token_key(std::string_view key) noexcept {
  if (!key.starts_with(kActiveTokenPrefix)) {
    return std::nullopt;
  }
  return TokenHash::from_hex(key.substr(kActiveTokenPrefix.size()));
}

}  // namespace zenzefi
