// app::TokenSealer by AES-256-GCM (NIST SP 800-38D).
//
//   sealed   version 0x01 | key id, 4 bytes | nonce, 12 bytes | ciphertext | tag, 16 bytes
//   AAD      version | key id | token id, 16 bytes
//
// The key id is the start of a hash of the key: a row says which key opens it, so that a new key
// seals from one moment on while the previous ones still open what they sealed. Nonces are random:
// good for 2^32 tokens a key (SP 800-38D, section 8.3).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "app/token_sealer.hpp"
#include "infra/crypto/sealing_key.hpp"

namespace zenzefi::infra {

class AesGcmTokenSealer final : public app::TokenSealer {
 public:
  // Seals with `key`; opens what it or any of `previous` has sealed.
  explicit AesGcmTokenSealer(const SealingKey& key, const std::vector<SealingKey>& previous = {});

  domain::Result<std::string> seal(std::string_view token, const Uuid& token_id) override;
  // kInternal, without saying more, for what was tampered with, moved to another row, cut, or
  // sealed with a key nobody gave us.
  domain::Result<std::string> open(std::string_view sealed, const Uuid& token_id) override;

 private:
  using KeyId = std::array<std::uint8_t, 4>;

  struct IdentifiedKey {
    KeyId id;
    SealingKey key;
  };

  static IdentifiedKey identify(const SealingKey& key);

  std::vector<IdentifiedKey> keys_;  // the first seals
};

}  // namespace zenzefi::infra
