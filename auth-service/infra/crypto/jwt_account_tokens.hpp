// app::AccountTokens by libjwt. Why libjwt, and how it is kept from harm:
// docs/decisions/0003-jwt.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "app/account_tokens.hpp"
#include "app/entropy.hpp"
#include "shared/clock.hpp"

namespace zenzefi::infra {

// Of HS256: RFC 7518, section 3.2.
inline constexpr std::size_t kMinJwtSecretLength = 32;

// Longer ones are refused unread; ours have about 600 bytes.
inline constexpr std::size_t kMaxJwtLength = 2048;

struct JwtOptions {
  std::string secret = {};                         // signs; at least kMinJwtSecretLength bytes
  std::vector<std::string> previous_secrets = {};  // still verify, until their tokens have expired
  std::chrono::seconds lifetime{3600};
  std::chrono::seconds clock_skew{30};  // how far ahead another instance's clock may be
  std::string issuer = "zenzefi-auth";
  std::string audience = "zenzefi-api";
};

class JwtAccountTokens final : public app::AccountTokens {
 public:
  // `clock` and `entropy` must outlive it. Throws std::invalid_argument for a secret that is too
  // short.
  JwtAccountTokens(JwtOptions options, const Clock& clock, app::Entropy& entropy);

  std::string issue(const app::Principal& principal) override;
  [[nodiscard]] std::chrono::seconds lifetime() const override { return options_.lifetime; }
  std::optional<app::Principal> verify(std::string_view jwt) override;

 private:
  struct Key {
    std::string id;  // the claim `kid` of the header
    std::string secret;
    std::string header;  // the first part of every token it signs, character by character
  };

  static Key make_key(const std::string& secret);
  [[nodiscard]] const Key* key_of(std::string_view header) const;

  JwtOptions options_;
  const Clock& clock_;
  app::Entropy& entropy_;
  std::vector<Key> keys_;  // the first signs
};

}  // namespace zenzefi::infra
