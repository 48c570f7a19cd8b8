#include "app/two_factor/set_up_two_factor.hpp"

#include <utility>

#include "shared/ascii.hpp"

namespace zenzefi::app {
namespace {

constexpr std::string_view kIssuer = "Zenzefi";

// RFC 3986, 2.3.
bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c)) {
      encoded.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded.append({'%', kDigits[byte >> 4U], kDigits[byte & 0xFU]});
    }
  }
  return encoded;
}

// https://github.com/google/google-authenticator/wiki/Key-Uri-Format
std::string key_uri(const std::string& email, const std::string& secret) {
  std::string uri{"otpauth://totp/"};
  uri.append(kIssuer).append(":").append(percent_encoded(email));
  uri.append("?secret=").append(secret).append("&issuer=").append(kIssuer);
  return uri.append("&algorithm=SHA1&digits=6&period=30");
}

}  // namespace

domain::Result<SetUpTwoFactor::Output> SetUpTwoFactor::run(const Uuid& user_id) {
  std::string secret = entropy_.otp_secret();
  const auto sealed = sealer_.seal(secret, user_id);
  if (!sealed) {
    return tl::unexpected{sealed.error()};
  }
  auto email = database_.run([&](Transaction& transaction) -> domain::Result<std::string> {
    auto user = transaction.users().lock(user_id);
    if (!user) {
      return domain::fail(domain::ErrorCode::kNotFound, "User not found");
    }
    const auto factor = transaction.two_factor().find(user_id);
    if (factor && factor->enabled_at) {
      return domain::fail(domain::ErrorCode::kConflict,
                          "Two-factor authentication is already enabled");
    }
    transaction.two_factor().set_up(user_id, *sealed);
    return std::move(user->email);
  });
  if (!email) {
    return tl::unexpected{std::move(email.error())};
  }
  std::string uri = key_uri(*email, secret);
  return Output{std::move(secret), std::move(uri)};
}

}  // namespace zenzefi::app
