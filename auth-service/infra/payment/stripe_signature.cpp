#include "infra/payment/stripe_signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shared/hex.hpp"

namespace zenzefi::infra {
namespace {

using Digest = std::array<std::uint8_t, 32>;

struct Parts {
  std::string_view time;
  std::vector<Digest> digests;
};

Parts parse(std::string_view header) {
  Parts parts;
  while (!header.empty()) {
    const std::string_view element = header.substr(0, header.find(','));
    header.remove_prefix(std::min(element.size() + 1, header.size()));
    if (element.starts_with("t=")) {
      parts.time = element.substr(2);
    } else if (Digest digest{}; element.starts_with("v1=") &&
                                element.size() == 3 + 2 * digest.size() &&
                                hex_decode(element.substr(3), digest)) {
      parts.digests.push_back(digest);
    }
  }
  return parts;
}

bool is_of_now(std::string_view time, Timestamp now) {
  std::int64_t seconds = 0;
  const char* const end = time.data() + time.size();
  const auto parsed = std::from_chars(time.data(), end, seconds);
  constexpr std::int64_t kTolerance = std::chrono::seconds{kSignatureTolerance}.count();
  const std::int64_t today = now.time_since_epoch().count();
  return parsed.ec == std::errc{} && parsed.ptr == end && seconds >= today - kTolerance &&
         seconds <= today + kTolerance;
}

std::optional<Digest> hmac(std::string_view secret, const std::string& message) {
  Digest digest{};
  unsigned int length = 0;
  const unsigned char* const made =
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
           reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest.data(),
           &length);
  if (made == nullptr || length != digest.size()) {
    return std::nullopt;
  }
  return digest;
}

}  // namespace

bool is_signed(std::string_view header, std::string_view body, std::string_view secret,
               Timestamp now) {
  const Parts parts = parse(header);
  if (!is_of_now(parts.time, now)) {
    return false;
  }
  std::string message{parts.time};
  message.append(".").append(body);
  const auto expected = hmac(secret, message);
  return expected && std::ranges::any_of(parts.digests, [&](const Digest& digest) {
           return CRYPTO_memcmp(digest.data(), expected->data(), digest.size()) == 0;
         });
}

}  // namespace zenzefi::infra
