#include "infra/crypto/openssl_entropy.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "shared/ascii.hpp"
#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

constexpr std::string_view kBase32{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"};  // RFC 4648, 6

// `length` characters of Base32, five random bits each.
std::string random_base32(std::size_t length) {
  std::string text(length, '\0');
  fill_random({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  std::ranges::transform(text, text.begin(),
                         [](char c) { return kBase32[static_cast<std::uint8_t>(c) % 32]; });
  return text;
}

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  if (RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("OpenSSL has no randomness to give");
  }
}

Uuid OpensslEntropy::uuid() {
  Uuid id;
  fill_random(id.bytes);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);  // version 4
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);  // variant of RFC 4122
  return id;
}

std::string OpensslEntropy::access_token() {
  // A multiple of three bytes: base64 without padding.
  std::array<std::uint8_t, 48> bytes{};
  fill_random(bytes);
  std::array<unsigned char, 65> text{};  // EVP_EncodeBlock ends it with a NUL
  const int length = EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  std::string token(text.begin(), text.begin() + length);
  std::replace(token.begin(), token.end(), '+', '-');
  std::replace(token.begin(), token.end(), '/', '_');
  return token;
}

std::string OpensslEntropy::otp_secret() {
  return random_base32(32);
}

std::string OpensslEntropy::backup_code() {
  std::string code = random_base32(16);
  std::ranges::transform(code, code.begin(), to_lower);
  return code;
}

std::string OpensslEntropy::refresh_token() {
  std::array<std::uint8_t, 64> bytes{};
  fill_random(bytes);
  std::string text(2 * bytes.size(), '\0');
  hex_encode(bytes, text.data());
  return text;
}

}  // namespace zenzefi::infra
