// Encryption at rest of what must be read again: access tokens, which `my-tokens` shows, and the
// secrets of second factors.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

// Thread-safe.
class TokenSealer {
 public:
  TokenSealer() = default;
  TokenSealer(const TokenSealer&) = delete;
  TokenSealer& operator=(const TokenSealer&) = delete;
  virtual ~TokenSealer() = default;

  // Opaque bytes. `token_id` (of a second factor: the user's) is bound in: a ciphertext moved to
  // another row does not open.
  virtual domain::Result<std::string> seal(std::string_view token, const Uuid& token_id) = 0;
  virtual domain::Result<std::string> open(std::string_view sealed, const Uuid& token_id) = 0;
};

}  // namespace zenzefi::app
