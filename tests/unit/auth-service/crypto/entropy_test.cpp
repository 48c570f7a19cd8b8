#include <gtest/gtest.h>

#include <set>

#include "infra/crypto/openssl_entropy.hpp"
#include "shared/token.hpp"

namespace zenzefi::infra {
namespace {

TEST(OpensslEntropy, MakesUuidsOfVersionFour) {
  OpensslEntropy entropy;
  std::set<Uuid> seen;
  for (int i = 0; i < 1000; ++i) {
    const Uuid id = entropy.uuid();
    EXPECT_EQ(id.bytes[6] >> 4, 4);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(OpensslEntropy, AccessTokensArePlausibleTokens) {
  OpensslEntropy entropy;
  std::set<char> alphabet;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = entropy.access_token();
    ASSERT_EQ(token.size(), 64U);
    EXPECT_TRUE(is_plausible_token(token)) << token;
    EXPECT_TRUE(seen.insert(token).second);
    alphabet.insert(token.begin(), token.end());
  }
  EXPECT_EQ(alphabet.size(), 64U);  // all of it is used
}

TEST(OpensslEntropy, RefreshTokensAreHexadecimal) {
  OpensslEntropy entropy;
  const std::string token = entropy.refresh_token();
  EXPECT_EQ(token.size(), 128U);
  EXPECT_EQ(token.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(token, entropy.refresh_token());
}

TEST(OpensslEntropy, SecretsOfSecondFactorsAreBase32) {
  OpensslEntropy entropy;
  std::set<char> alphabet;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string secret = entropy.otp_secret();
    ASSERT_EQ(secret.size(), 32U);
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), std::string::npos);
    const std::string code = entropy.backup_code();
    ASSERT_EQ(code.size(), 16U);
    EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567"), std::string::npos);
    EXPECT_TRUE(seen.insert(secret).second && seen.insert(code).second);
    alphabet.insert(secret.begin(), secret.end());
  }
  EXPECT_EQ(alphabet.size(), 32U);  // all of it is used
}

}  // namespace
}  // namespace zenzefi::infra
