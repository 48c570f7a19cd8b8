#include "shared/token.hpp"

// What EVP does around a hash (a context allocated and cleared, an engine looked for) takes a
// quarter of the time that a token takes in all, and brings in 5 KiB more of code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <endian.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "shared/characters.hpp"
#include "shared/hex.hpp"

namespace zenzefi {
namespace {

// Of each character -1 if it is in the alphabet, else 0.
Characters is_base64url(Characters text) noexcept {
  const Characters lower_case = text | 0x20;
  return ((lower_case >= 'a') & (lower_case <= 'z')) | ((text >= '0') & (text <= '9')) |
         (text == '-') | (text == '_');
}

// The end of a message of 64 bytes, which is what a token of ours is (FIPS 180-4, 5.1.1): a bit,
// and the length in bits.
constexpr std::size_t kBlock = SHA256_CBLOCK;
constexpr auto kEndOfBlock = [] {
  std::array<std::uint8_t, kBlock> block{0x80};
  block[kBlock - 2] = kBlock * 8 >> 8;
  return block;
}();

TokenHash hash_of(const SHA256_CTX& context) noexcept {
  std::array<std::uint64_t, 4> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = htobe64(std::uint64_t{context.h[2 * i]} << 32 | context.h[2 * i + 1]);
  }
  TokenHash hash;
  std::memcpy(hash.bytes.data(), words.data(), sizeof words);
  return hash;
}

}  // namespace

bool is_plausible_token(std::string_view token) noexcept {
  if (token.empty() || token.size() > kMaxTokenLength) {
    return false;
  }
  // To the end in any case: nearly all are good, and then there is nothing to branch on.
  Characters good = Characters{} - 1;
  Characters text;
  for (; token.size() >= sizeof text; token.remove_prefix(sizeof text)) {
    std::memcpy(&text, token.data(), sizeof text);
    good &= is_base64url(text);
  }
  text = Characters{} + '_';
  std::memcpy(&text, token.data(), token.size());
  good &= is_base64url(text);
  return are_zero(~good);
}

std::string TokenHash::hex() const {
  char out[64];
  write_hex(out);
  return {out, sizeof out};
}

void TokenHash::write_hex(char (&out)[64]) const noexcept {
  hex_encode(bytes, out);
}

std::optional<TokenHash> TokenHash::from_hex(std::string_view hex) noexcept {
  TokenHash hash;
  if (!hex_decode(hex, hash.bytes)) {
    return std::nullopt;
  }
  return hash;
}

std::optional<TokenHash> hash_token(std::string_view token) noexcept {
  SHA256_CTX context;
  if (SHA256_Init(&context) != 1) {
    return std::nullopt;
  }
  if (token.size() == kBlock) {
    SHA256_Transform(&context, reinterpret_cast<const unsigned char*>(token.data()));
    SHA256_Transform(&context, kEndOfBlock.data());
    return hash_of(context);
  }
  TokenHash hash;
  if (SHA256_Update(&context, token.data(), token.size()) != 1 ||
      SHA256_Final(hash.bytes.data(), &context) != 1) {
    return std::nullopt;
  }
  return hash;
}

}  // namespace zenzefi
