// Account tokens from strangers: as they come, and with claims of theirs under our signature (which
// nobody can make; it takes the fuzzer to the code behind the signature).
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>

#include "infra/crypto/jwt_account_tokens.hpp"
#include "infra/crypto/openssl_entropy.hpp"
#include "require.hpp"

using zenzefi::fuzz::require;

namespace {

constexpr std::string_view kSecret = "the secret of the fuzzer, 32 bytes and more";

class StoppedClock final : public zenzefi::Clock {
 public:
  [[nodiscard]] zenzefi::Timestamp now() const noexcept override {
    return zenzefi::Timestamp{std::chrono::seconds{1'760'000'000}};
  }
};

std::string base64url(std::string_view bytes) {
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

std::string sign(const std::string& header, std::string_view payload) {
  const std::string text = header + "." + base64url(payload);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), kSecret.data(), static_cast<int>(kSecret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length);
  return text + "." + base64url({reinterpret_cast<const char*>(mac.data()), length});
}

struct Verifier {
  StoppedClock clock;
  zenzefi::infra::OpensslEntropy entropy;
  zenzefi::infra::JwtAccountTokens tokens{
      {.secret = std::string{kSecret},
       .previous_secrets = {"another secret of the fuzzer, 32 bytes and more"}},
      clock,
      entropy};
  std::string header = [this] {
    const std::string jwt = tokens.issue({.user_id = entropy.uuid(),
                                          .session_id = entropy.uuid(),
                                          .username = "somebody",
                                          .role = zenzefi::domain::Role::kUser});
    return jwt.substr(0, jwt.find('.'));
  }();
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Verifier verifier;
  const std::string_view text = zenzefi::fuzz::text_of(data, size);
  require(!verifier.tokens.verify(text), "nobody can guess a signature");
  require(!verifier.tokens.verify(verifier.header + "." + std::string{text}),
          "nor under a header of ours");
  if (const auto principal = verifier.tokens.verify(sign(verifier.header, text))) {
    require(!principal->username.empty(), "a principal has a name");
    require(text.find("zenzefi-api") != std::string_view::npos, "the audience is checked");
  }
  return 0;
}
