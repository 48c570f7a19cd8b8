#include "shared/token.hpp"

#include <gtest/gtest.h>

namespace zenzefi {
namespace {

using namespace std::string_literals;

TEST(Token, PlausibleIsBase64UrlOfBoundedLength) {
  EXPECT_TRUE(is_plausible_token("a"));
  EXPECT_TRUE(is_plausible_token("azAZ09-_"));
  EXPECT_TRUE(is_plausible_token(std::string(kMaxTokenLength, 'x')));
}

TEST(Token, ImplausibleIsRefused) {
  EXPECT_FALSE(is_plausible_token(""));
  EXPECT_FALSE(is_plausible_token(std::string(kMaxTokenLength + 1, 'x')));
  EXPECT_FALSE(is_plausible_token("abc="));
  EXPECT_FALSE(is_plausible_token("abc+/"));
  EXPECT_FALSE(is_plausible_token("abc def"));
  EXPECT_FALSE(is_plausible_token("abc\0def"s));
  EXPECT_FALSE(is_plausible_token("abc\xC3\xA4"));
}

// FIPS 180-2, appendix B.1.
TEST(Token, HashIsSha256) {
  const auto hash = hash_token("abc");
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Token, HashesFollowingEachOtherAreIndependent) {
  const auto first = hash_token("one");
  EXPECT_NE(first, hash_token("two"));
  EXPECT_EQ(first, hash_token("one"));
}

TEST(Token, HexRoundTrip) {
  const auto hash = hash_token("abc");
  ASSERT_TRUE(hash);
  EXPECT_EQ(TokenHash::from_hex(hash->hex()), hash);
}

TEST(Token, HexOfOtherLengthOrAlphabetIsRefused) {
  const std::string hex = hash_token("abc")->hex();
  EXPECT_FALSE(TokenHash::from_hex(hex.substr(1)));
  EXPECT_FALSE(TokenHash::from_hex(hex + "00"));
  EXPECT_FALSE(TokenHash::from_hex("g" + hex.substr(1)));
}

}  // namespace
}  // namespace zenzefi
