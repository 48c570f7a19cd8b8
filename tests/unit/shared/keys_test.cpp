#include "shared/keys.hpp"

#include <gtest/gtest.h>

namespace zenzefi {
namespace {

TEST(Keys, ActiveTokenRoundTrip) {
  const auto hash = hash_token("abc");
  ASSERT_TRUE(hash);
  const std::string key = active_token_key(*hash);
  EXPECT_EQ(key, "active_token:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(parse_active_token_key(key), hash);
}

TEST(Keys, OtherKeysNameNoToken) {
  EXPECT_FALSE(parse_active_token_key("active_token:"));
  EXPECT_FALSE(parse_active_token_key("active_token:abc"));
  EXPECT_FALSE(
      parse_active_token_key("proxy_session:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410"));
}

}  // namespace
}  // namespace zenzefi
