// Randomness from the operating system, as the forms the service hands out.
#pragma once

#include <string>

#include "shared/uuid.hpp"

namespace zenzefi::app {

// Thread-safe. Throws when the system has no randomness to give.
class Entropy {
 public:
  Entropy() = default;
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;
  virtual ~Entropy() = default;

  virtual Uuid uuid() = 0;                  // RFC 4122, version 4
  virtual std::string access_token() = 0;   // 48 bytes as base64url: 64 characters
  virtual std::string refresh_token() = 0;  // 64 bytes as hexadecimal: 128 characters
  virtual std::string otp_secret() = 0;     // 160 bits as Base32: 32 characters (RFC 4226, 4)
  virtual std::string backup_code() = 0;    // 80 bits as Base32 in small letters: 16 characters
};

}  // namespace zenzefi::app
