#include "shared/token.hpp"

#include <openssl/evp.h>

#include <memory>

#include "shared/hex.hpp"

namespace zenzefi {
namespace {

constexpr std::array<bool, 256> make_base64url_alphabet() {
  std::array<bool, 256> table{};
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    table[c] = true;
  }
  for (unsigned c = 'A'; c <= 'Z'; ++c) {
    table[c] = true;
  }
  for (unsigned c = '0'; c <= '9'; ++c) {
    table[c] = true;
  }
  table['-'] = true;
  table['_'] = true;
  return table;
}

constexpr auto kBase64Url = make_base64url_alphabet();

// Fetching the algorithm and allocating a context cost more than hashing a token: both are kept.
struct Digest {
  std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
      EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

}  // namespace

bool is_plausible_token(std::string_view token) noexcept {
  if (token.empty() || token.size() > kMaxTokenLength) {
    return false;
  }
  for (const char c : token) {
    if (!kBase64Url[static_cast<unsigned char>(c)]) {
      return false;
    }
  }
  return true;
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
  thread_local Digest digest;
  TokenHash hash;
  if (!digest.algorithm || !digest.context ||
      EVP_DigestInit_ex2(digest.context.get(), digest.algorithm.get(), nullptr) != 1 ||
      EVP_DigestUpdate(digest.context.get(), token.data(), token.size()) != 1 ||
      EVP_DigestFinal_ex(digest.context.get(), hash.bytes.data(), nullptr) != 1) {
    return std::nullopt;
  }
  return hash;
}

}  // namespace zenzefi
