#include <openssl/evp.h>
#include <openssl/pem.h>

#include <functional>

#include "jwt_fixture.hpp"

namespace zenzefi::infra {
namespace {

// What an attacker starts from: a token of theirs, taken apart.
class JwtAttack : public JwtTest {
 protected:
  JwtAttack() {
    EXPECT_TRUE(tokens_.verify(join(genuine_.header, genuine_.payload, genuine_.signature)));
  }

  static std::string join(const std::string& header, const std::string& payload,
                          const std::string& signature) {
    return header + "." + payload + "." + signature;
  }

  [[nodiscard]] std::string kid() const {
    const std::string header = from_base64url(genuine_.header);
    const std::size_t at = header.find(R"("kid":")") + 7;
    return header.substr(at, header.find('"', at) - at);
  }

  // The genuine payload with `from` replaced, signed rightly: only its claims can refuse it.
  [[nodiscard]] std::string with_claim(const std::string& from, const std::string& to) const {
    std::string payload = from_base64url(genuine_.payload);
    const std::size_t at = payload.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in " << payload;
    payload.replace(at, from.size(), to);
    return signed_by_hand(from_base64url(genuine_.header), payload, kSecret);
  }

  Parts genuine_{tokens_.issue(alice_)};
};

TEST_F(JwtAttack, NoSignature) {
  for (const char* algorithm : {"none", "None", "NONE", "nOnE"}) {
    const std::string header =
        base64url(std::string{R"({"alg":")"} + algorithm + R"(","kid":")" + kid() + R"("})");
    EXPECT_FALSE(tokens_.verify(join(header, genuine_.payload, ""))) << algorithm;
    EXPECT_FALSE(tokens_.verify(join(header, genuine_.payload, genuine_.signature))) << algorithm;
    EXPECT_FALSE(tokens_.verify(header + "." + genuine_.payload)) << algorithm;
  }
  EXPECT_FALSE(tokens_.verify(join(genuine_.header, genuine_.payload, "")));
  EXPECT_FALSE(tokens_.verify(genuine_.header + "." + genuine_.payload));
}

TEST_F(JwtAttack, AnotherAlgorithmWithTheRightSecret) {
  const std::string payload = from_base64url(genuine_.payload);
  const std::string tail = R"(","kid":")" + kid() + R"(","typ":"JWT"})";
  EXPECT_FALSE(
      tokens_.verify(signed_by_hand(R"({"alg":"HS384)" + tail, payload, kSecret, EVP_sha384())));
  EXPECT_FALSE(
      tokens_.verify(signed_by_hand(R"({"alg":"HS512)" + tail, payload, kSecret, EVP_sha512())));
  // The same with HS256 passes, so that the two above were refused for their algorithm.
  EXPECT_TRUE(tokens_.verify(signed_by_hand(R"({"alg":"HS256)" + tail, payload, kSecret)));
}

// Where a public key is taken for an HMAC secret, or the other way round.
TEST_F(JwtAttack, RsaAndHmacConfused) {
  EVP_PKEY* pair = EVP_RSA_gen(2048);
  BIO* memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(memory, pair);
  char* data = nullptr;
  const long length = BIO_get_mem_data(memory, &data);
  const std::string pem(data, static_cast<std::size_t>(length));
  BIO_free(memory);

  JwtAccountTokens holder = tokens_with(pem);
  const Parts own{holder.issue(alice_)};
  const std::string key_id = from_base64url(own.header);
  std::string header = key_id;
  header.replace(header.find("HS256"), 5, "RS256");

  const std::string signed_part = base64url(header) + "." + own.payload;
  std::string signature(512, '\0');
  std::size_t signature_length = signature.size();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, pair);
  ASSERT_EQ(EVP_DigestSign(
                context, reinterpret_cast<unsigned char*>(signature.data()), &signature_length,
                reinterpret_cast<const unsigned char*>(signed_part.data()), signed_part.size()),
            1);
  signature.resize(signature_length);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(pair);

  // A genuine RS256 signature, by the very key the verifier holds.
  EXPECT_FALSE(holder.verify(signed_part + "." + base64url(signature)));
  // The header says RS256, the signature is an HMAC with the public key.
  EXPECT_FALSE(holder.verify(signed_by_hand(header, from_base64url(own.payload), pem)));
}

TEST_F(JwtAttack, AnotherKeyId) {
  const std::string payload = from_base64url(genuine_.payload);
  for (const std::string& header :
       {std::string{R"({"alg":"HS256","kid":"0000000000000000","typ":"JWT"})"},
        std::string{R"({"alg":"HS256","kid":"../../dev/null","typ":"JWT"})"},
        std::string{R"({"alg":"HS256","typ":"JWT"})"}, std::string{R"({"alg":"HS256"})"},
        R"({"alg":"HS256","kid":")" + kid() + R"(","typ":"JWT","jku":"http://127.0.0.1/"})"}) {
    EXPECT_FALSE(tokens_.verify(signed_by_hand(header, payload, kSecret))) << header;
    EXPECT_FALSE(tokens_.verify(signed_by_hand(header, payload, ""))) << header;
  }
}

TEST_F(JwtAttack, AnotherSecretUnderAKnownKeyId) {
  const std::string header = from_base64url(genuine_.header);
  const std::string payload = from_base64url(genuine_.payload);
  for (const char* secret : {"", "secret", "another secret, with 32 bytes and more"}) {
    EXPECT_FALSE(tokens_.verify(signed_by_hand(header, payload, secret))) << secret;
  }
}

TEST_F(JwtAttack, EveryChangedCharacterIsNoticed) {
  const std::string jwt = join(genuine_.header, genuine_.payload, genuine_.signature);
  for (std::size_t i = 0; i < jwt.size(); ++i) {
    std::string tampered = jwt;
    tampered[i] = tampered[i] == 'A' ? 'B' : 'A';
    // The last character holds two bits that belong to no byte.
    if (i + 1 < jwt.size()) {
      EXPECT_FALSE(tokens_.verify(tampered)) << i;
    }
    EXPECT_FALSE(tokens_.verify(jwt.substr(0, i))) << i;
  }
}

TEST_F(JwtAttack, ClaimsMissingOrOfAnotherType) {
  const std::string user = alice_.user_id.to_string();
  const std::vector<std::pair<std::string, std::string>> replaced = {
      {R"("exp":1760003600)", R"("xxx":1760003600)"},
      {R"("exp":1760003600)", R"("exp":"1760003600")"},
      {R"("exp":1760003600)", R"("exp":1760003600.5)"},
      {R"("exp":1760003600)", R"("exp":-1)"},
      {R"("exp":1760003600)", R"("exp":null)"},
      {R"("exp":1760003600)", R"("exp":99999999999999999999)"},
      {R"("exp":1760003600)", R"("exp":[1760003600])"},
      {R"("exp":1760003600)", R"("exp":1759999999)"},
      {R"("iat":1760000000)", R"("xxx":1760000000)"},
      {R"("iat":1760000000)", R"("iat":"now")"},
      {R"("iat":1760000000)", R"("iat":1760000031)"},
      {R"("iss":"zenzefi-auth")", R"("iss":"somebody")"},
      {R"("iss":"zenzefi-auth")", R"("xxx":"zenzefi-auth")"},
      {R"("aud":"zenzefi-api")", R"("aud":"another-api")"},
      {R"("aud":"zenzefi-api")", R"("aud":["zenzefi-api"])"},
      {R"("aud":"zenzefi-api")", R"("xxx":"zenzefi-api")"},
      {R"("sub":")" + user, R"("xxx":")" + user},
      {R"("sub":")" + user, R"("sub":")"},
      {R"("sub":")" + user, R"("sub":"x)" + user},
      {R"("sid":")", R"("xxx":")"},
      {R"("jti":")", R"("xxx":")"},
      {R"("role":"admin")", R"("role":"root")"},
      {R"("role":"admin")", R"("role":1)"},
      {R"("role":"admin")", R"("xxx":"admin")"},
      {R"("username":"alice")", R"("username":"")"},
      {R"("username":"alice")", R"("username":{})"},
      {"{", "[{"},
      {"}", ""},
  };
  for (const auto& [from, to] : replaced) {
    EXPECT_FALSE(tokens_.verify(with_claim(from, to))) << from << " -> " << to;
  }
  // The way the table is made is itself right.
  EXPECT_TRUE(tokens_.verify(with_claim(R"("role":"admin")", R"("role":"user")")));
}

TEST_F(JwtAttack, Nonsense) {
  using namespace std::string_literals;
  const std::string jwt = join(genuine_.header, genuine_.payload, genuine_.signature);
  for (const std::string& text : {""s,
                                  "."s,
                                  ".."s,
                                  "..."s,
                                  "a.b.c"s,
                                  genuine_.header,
                                  genuine_.header + ".",
                                  genuine_.header + "..",
                                  genuine_.header + ".." + genuine_.signature,
                                  jwt + ".",
                                  "." + jwt,
                                  jwt + "\0"s,
                                  "\0"s + jwt,
                                  jwt + "\0x"s,
                                  " " + jwt,
                                  jwt + " ",
                                  jwt + "\n",
                                  "Bearer " + jwt,
                                  jwt + "=",
                                  jwt + "." + genuine_.signature,
                                  std::string(kMaxJwtLength, '.'),
                                  "\xFF\xFE"s}) {
    EXPECT_FALSE(tokens_.verify(text)) << text;
  }
}

TEST_F(JwtAttack, GiantsAreRefusedUnread) {
  // Rightly signed, so that nothing but its length speaks against it.
  alice_.username = std::string(kMaxJwtLength, 'a');
  EXPECT_FALSE(tokens_.verify(tokens_.issue(alice_)));
  EXPECT_FALSE(tokens_.verify(genuine_.header + "." + std::string(10 << 20, 'A') + ".A"));
}

}  // namespace
}  // namespace zenzefi::infra
