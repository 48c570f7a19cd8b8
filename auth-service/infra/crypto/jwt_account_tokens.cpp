#include "infra/crypto/jwt_account_tokens.hpp"

#include <jwt.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <utility>

#include "shared/ascii.hpp"
#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

constexpr std::size_t kKeyIdBytes = 8;

struct JwtDeleter {
  void operator()(jwt_t* jwt) const noexcept { jwt_free(jwt); }
};
using Jwt = std::unique_ptr<jwt_t, JwtDeleter>;

struct TextDeleter {
  void operator()(char* text) const noexcept { std::free(text); }
};

void check(int status, const char* what) {
  if (status != 0) {
    throw std::runtime_error(std::string{"libjwt cannot "} + what);
  }
}

Jwt new_jwt() {
  jwt_t* jwt = nullptr;
  check(jwt_new(&jwt), "make a token");
  return Jwt{jwt};
}

const unsigned char* bytes_of(const std::string& secret) {
  return reinterpret_cast<const unsigned char*>(secret.data());
}

std::string sign(const Jwt& jwt, const std::string& key_id, const std::string& secret) {
  check(jwt_add_header(jwt.get(), "kid", key_id.c_str()), "name the key");
  check(jwt_set_alg(jwt.get(), JWT_ALG_HS256, bytes_of(secret), static_cast<int>(secret.size())),
        "take the key");
  const std::unique_ptr<char, TextDeleter> text{jwt_encode_str(jwt.get())};
  if (!text) {
    throw std::runtime_error("libjwt cannot sign a token");
  }
  return text.get();
}

std::string_view header_of(std::string_view jwt) {
  return jwt.substr(0, jwt.find('.'));
}

// The three parts' alphabet: libjwt's decoder skips what it does not know, and stops at a NUL.
bool is_compact_form(std::string_view jwt) {
  const auto allowed = [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  return std::all_of(jwt.begin(), jwt.end(), allowed) &&
         std::count(jwt.begin(), jwt.end(), '.') == 2;
}

std::string_view text_claim(const Jwt& jwt, const char* name) {
  const char* value = jwt_get_grant(jwt.get(), name);
  return value != nullptr ? std::string_view{value} : std::string_view{};
}

// Empty when it is missing or no integer: libjwt says so by errno alone.
std::optional<Timestamp> time_claim(const Jwt& jwt, const char* name) {
  errno = 0;
  const long value = jwt_get_grant_int(jwt.get(), name);
  if (errno != 0 || value <= 0) {
    return std::nullopt;
  }
  return Timestamp{std::chrono::seconds{value}};
}

std::optional<app::Principal> principal_of(const Jwt& jwt) {
  const auto user_id = Uuid::parse(text_claim(jwt, "sub"));
  const auto session_id = Uuid::parse(text_claim(jwt, "sid"));
  const auto role = domain::parse_role(text_claim(jwt, "role"));
  const std::string_view username = text_claim(jwt, "username");
  if (!user_id || !session_id || !role || username.empty() ||
      !Uuid::parse(text_claim(jwt, "jti"))) {
    return std::nullopt;
  }
  return app::Principal{.user_id = *user_id,
                        .session_id = *session_id,
                        .username = std::string{username},
                        .role = *role};
}

}  // namespace

JwtAccountTokens::JwtAccountTokens(JwtOptions options, const Clock& clock, app::Entropy& entropy)
    : options_{std::move(options)}, clock_{clock}, entropy_{entropy} {
  keys_.push_back(make_key(options_.secret));
  for (const std::string& secret : options_.previous_secrets) {
    keys_.push_back(make_key(secret));
  }
}

JwtAccountTokens::Key JwtAccountTokens::make_key(const std::string& secret) {
  if (secret.size() < kMinJwtSecretLength) {
    throw std::invalid_argument("a secret that signs account tokens needs at least " +
                                std::to_string(kMinJwtSecretLength) + " bytes");
  }
  const std::string labelled = "zenzefi jwt key id:" + secret;
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(labelled.data(), labelled.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1) {
    throw std::runtime_error("OpenSSL cannot compute SHA-256");
  }
  Key key{.id = std::string(2 * kKeyIdBytes, '\0'), .secret = secret, .header = {}};
  hex_encode(std::span{digest}.first<kKeyIdBytes>(), key.id.data());
  key.header = header_of(sign(new_jwt(), key.id, key.secret));
  return key;
}

std::string JwtAccountTokens::issue(const app::Principal& principal) {
  const Timestamp now = clock_.now();
  const Jwt jwt = new_jwt();
  const std::array<std::pair<const char*, std::string>, 7> texts{{
      {"iss", options_.issuer},
      {"aud", options_.audience},
      {"sub", principal.user_id.to_string()},
      {"sid", principal.session_id.to_string()},
      {"username", principal.username},
      {"role", std::string{domain::to_string(principal.role)}},
      {"jti", entropy_.uuid().to_string()},
  }};
  for (const auto& [name, value] : texts) {
    check(jwt_add_grant(jwt.get(), name, value.c_str()), "add a claim");
  }
  check(jwt_add_grant_int(jwt.get(), "iat", now.time_since_epoch().count()), "add a claim");
  check(jwt_add_grant_int(jwt.get(), "exp", (now + options_.lifetime).time_since_epoch().count()),
        "add a claim");
  return sign(jwt, keys_.front().id, keys_.front().secret);
}

const JwtAccountTokens::Key* JwtAccountTokens::key_of(std::string_view header) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const Key& key) { return key.header == header; });
  return found != keys_.end() ? &*found : nullptr;
}

std::optional<app::Principal> JwtAccountTokens::verify(std::string_view jwt) {
  if (jwt.size() > kMaxJwtLength || !is_compact_form(jwt)) {
    return std::nullopt;
  }
  const Key* key = key_of(header_of(jwt));
  if (key == nullptr) {
    return std::nullopt;
  }
  jwt_t* raw = nullptr;
  const std::string terminated{jwt};
  if (jwt_decode(&raw, terminated.c_str(), bytes_of(key->secret),
                 static_cast<int>(key->secret.size())) != 0) {
    return std::nullopt;
  }
  const Jwt decoded{raw};
  const auto issued_at = time_claim(decoded, "iat");
  const auto expires_at = time_claim(decoded, "exp");
  const Timestamp now = clock_.now();
  if (jwt_get_alg(decoded.get()) != JWT_ALG_HS256 ||
      text_claim(decoded, "iss") != options_.issuer ||
      text_claim(decoded, "aud") != options_.audience || !issued_at || !expires_at ||
      *issued_at > now + options_.clock_skew || *expires_at <= now) {
    return std::nullopt;
  }
  return principal_of(decoded);
}

}  // namespace zenzefi::infra
