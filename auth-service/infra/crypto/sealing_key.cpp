#include "infra/crypto/sealing_key.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

namespace zenzefi::infra {
namespace {

constexpr std::size_t kTextLength = 44;  // 32 bytes are 43 characters and one of padding

}  // namespace

SealingKey::~SealingKey() {
  OPENSSL_cleanse(bytes.data(), bytes.size());
}

std::optional<SealingKey> SealingKey::from_base64(std::string_view text) {
  // EVP_DecodeBlock takes white space and padding for granted, and counts the padding as bytes.
  if (text.size() != kTextLength || text.find('=') != kTextLength - 1) {
    return std::nullopt;
  }
  std::array<std::uint8_t, 33> decoded{};
  const int length =
      EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length != static_cast<int>(decoded.size())) {
    return std::nullopt;
  }
  SealingKey key;
  std::copy_n(decoded.begin(), key.bytes.size(), key.bytes.begin());
  OPENSSL_cleanse(decoded.data(), decoded.size());
  return key;
}

}  // namespace zenzefi::infra
