// What the tests of account tokens share: a clock to turn, and a signer that is not libjwt.
#pragma once

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <string_view>
#include <vector>

#include "infra/crypto/jwt_account_tokens.hpp"
#include "infra/crypto/openssl_entropy.hpp"

namespace zenzefi::infra {

class TurnedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return now_; }
  void turn(std::chrono::seconds by) { now_ += by; }

 private:
  Timestamp now_{std::chrono::seconds{1'760'000'000}};
};

inline std::string base64url(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '=') {
    text.pop_back();
  }
  for (char& c : text) {
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  return text;
}

inline std::string from_base64url(std::string text) {
  for (char& c : text) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  EXPECT_GE(length, 0);
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

inline std::string hmac(const EVP_MD* digest, std::string_view secret, std::string_view text) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  HMAC(digest, secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &length);
  mac.resize(length);
  return mac;
}

// header and payload as JSON
inline std::string signed_by_hand(std::string_view header, std::string_view payload,
                                  std::string_view secret, const EVP_MD* digest = EVP_sha256()) {
  const std::string signed_part = base64url(header) + "." + base64url(payload);
  return signed_part + "." + base64url(hmac(digest, secret, signed_part));
}

struct Parts {
  explicit Parts(const std::string& jwt) {
    const std::size_t first = jwt.find('.');
    const std::size_t second = jwt.find('.', first + 1);
    header = jwt.substr(0, first);
    payload = jwt.substr(first + 1, second - first - 1);
    signature = jwt.substr(second + 1);
  }

  std::string header;
  std::string payload;
  std::string signature;
};

inline constexpr char kSecret[] = "the secret of this test, 32 bytes and more";

class JwtTest : public testing::Test {
 protected:
  [[nodiscard]] JwtAccountTokens tokens_with(const std::string& secret,
                                             std::vector<std::string> previous = {}) {
    return JwtAccountTokens{
        {.secret = secret, .previous_secrets = std::move(previous)}, clock_, entropy_};
  }

  TurnedClock clock_;
  OpensslEntropy entropy_;
  app::Principal alice_{.user_id = entropy_.uuid(),
                        .session_id = entropy_.uuid(),
                        .username = "alice",
                        .role = domain::Role::kAdmin};
  JwtAccountTokens tokens_{{.secret = kSecret}, clock_, entropy_};
};

}  // namespace zenzefi::infra
