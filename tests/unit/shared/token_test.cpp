#include "shared/token.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <cctype>

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

TEST(Token, EachCharacterCountsWhereverItStands) {
  for (int c = 0; c < 256; ++c) {
    const bool is_good = std::isalnum(c) != 0 || c == '-' || c == '_';
    for (const std::size_t length : {1U, 7U, 16U, 17U, 64U}) {
      for (std::size_t at = 0; at < length; ++at) {
        std::string token(length, 'x');
        token[at] = static_cast<char>(c);
        EXPECT_EQ(is_plausible_token(token), is_good) << c << " at " << at << " of " << length;
      }
    }
  }
}

// FIPS 180-2, appendix B.1.
TEST(Token, HashIsSha256) {
  const auto hash = hash_token("abc");
  ASSERT_TRUE(hash);
  EXPECT_EQ(hash->hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Token, TextOfAnyLengthIsHashedAsOpensslDoes) {
  std::string text;
  for (std::size_t length = 0; length <= 200; ++length) {
    std::array<std::uint8_t, 32> expected{};
    ASSERT_EQ(EVP_Digest(text.data(), text.size(), expected.data(), nullptr, EVP_sha256(), nullptr),
              1);
    EXPECT_EQ(hash_token(text).value().bytes, expected) << length;
    text += static_cast<char>('0' + length % 75);
  }
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
