#include <stdexcept>

#include "jwt_fixture.hpp"

namespace zenzefi::infra {
namespace {

using std::chrono::seconds;

TEST_F(JwtTest, VerifiesWhatItIssued) {
  const auto principal = tokens_.verify(tokens_.issue(alice_));
  ASSERT_TRUE(principal.has_value());
  EXPECT_EQ(principal->user_id, alice_.user_id);
  EXPECT_EQ(principal->session_id, alice_.session_id);
  EXPECT_EQ(principal->username, "alice");
  EXPECT_EQ(principal->role, domain::Role::kAdmin);
}

TEST_F(JwtTest, NamesSurviveWhateverTheyAreMadeOf) {
  for (const char* name : {R"(a"b\c)", "\xD0\x90\xD0\xBB\xD0\xB8\xD1\x81\xD0\xB0", "a b\n"}) {
    alice_.username = name;
    const auto principal = tokens_.verify(tokens_.issue(alice_));
    ASSERT_TRUE(principal.has_value()) << name;
    EXPECT_EQ(principal->username, name);
  }
}

TEST_F(JwtTest, SignsByHmacSha256AndSaysSo) {
  const std::string jwt = tokens_.issue(alice_);
  const Parts parts{jwt};
  EXPECT_EQ(from_base64url(parts.signature),
            hmac(EVP_sha256(), kSecret, parts.header + "." + parts.payload));
  const std::string header = from_base64url(parts.header);
  EXPECT_NE(header.find(R"("alg":"HS256")"), std::string::npos) << header;
  EXPECT_NE(header.find(R"("kid":")"), std::string::npos) << header;
  EXPECT_LT(jwt.size(), kMaxJwtLength / 2);
}

// RFC 7515, appendix A.1: hmac() of the fixture is what the RFC means by HS256.
TEST(JwtFixture, HmacIsThatOfTheRfc) {
  const std::string secret = from_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  EXPECT_EQ(base64url(hmac(EVP_sha256(), secret,
                           "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                           "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
                           "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ")),
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST_F(JwtTest, CarriesTheClaimsOfTheContract) {
  const std::string payload = from_base64url(Parts{tokens_.issue(alice_)}.payload);
  for (const std::string& claim : {
           R"("sub":")" + alice_.user_id.to_string() + '"',
           R"("sid":")" + alice_.session_id.to_string() + '"',
           std::string{R"("username":"alice")"},
           std::string{R"("role":"admin")"},
           std::string{R"("iat":1760000000)"},
           std::string{R"("exp":1760003600)"},
           std::string{R"("iss":"zenzefi-auth")"},
           std::string{R"("aud":"zenzefi-api")"},
           std::string{R"("jti":")"},
       }) {
    EXPECT_NE(payload.find(claim), std::string::npos) << claim << " in " << payload;
  }
  EXPECT_NE(payload, from_base64url(Parts{tokens_.issue(alice_)}.payload));  // jti
}

TEST_F(JwtTest, DiesAtTheSecondItExpires) {
  const std::string jwt = tokens_.issue(alice_);
  clock_.turn(tokens_.lifetime() - seconds{1});
  EXPECT_TRUE(tokens_.verify(jwt).has_value());
  clock_.turn(seconds{1});
  EXPECT_FALSE(tokens_.verify(jwt).has_value());
}

TEST_F(JwtTest, AnotherInstancesClockMayBeAheadALittle) {
  clock_.turn(seconds{30});
  const std::string jwt = tokens_.issue(alice_);
  clock_.turn(seconds{-30});
  EXPECT_TRUE(tokens_.verify(jwt).has_value());
  clock_.turn(seconds{-1});
  EXPECT_FALSE(tokens_.verify(jwt).has_value());
}

TEST_F(JwtTest, SecretsRotateWithoutLoggingAnybodyOut) {
  const std::string next = "the secret after it, of 32 bytes and more";
  const std::string old_jwt = tokens_.issue(alice_);

  JwtAccountTokens during = tokens_with(next, {kSecret});
  EXPECT_TRUE(during.verify(old_jwt).has_value());
  const std::string new_jwt = during.issue(alice_);
  EXPECT_NE(Parts{new_jwt}.header, Parts{old_jwt}.header);
  EXPECT_FALSE(tokens_.verify(new_jwt).has_value());

  JwtAccountTokens after = tokens_with(next);
  EXPECT_TRUE(after.verify(new_jwt).has_value());
  EXPECT_FALSE(after.verify(old_jwt).has_value());
}

TEST_F(JwtTest, RefusesAWeakSecret) {
  EXPECT_THROW(static_cast<void>(tokens_with("short")), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(tokens_with(kSecret, {"short"})), std::invalid_argument);
}

}  // namespace
}  // namespace zenzefi::infra
