#include "infra/crypto/oath_one_time_codes.hpp"

#include <liboath/oath.h>
#include <openssl/crypto.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace zenzefi::infra {
namespace {

constexpr std::int64_t kStep = OATH_TOTP_DEFAULT_TIME_STEP_SIZE;
constexpr unsigned kMaxDigits = 8;

void require_ok(int status, const char* doing) {
  if (status != OATH_OK) {
    throw std::runtime_error(std::string{"liboath, "} + doing + ": " + oath_strerror(status));
  }
}

struct Free {
  void operator()(char* text) const noexcept { std::free(text); }
};

std::string decode(std::string_view secret) {
  char* decoded = nullptr;
  std::size_t length = 0;
  require_ok(oath_base32_decode(secret.data(), secret.size(), &decoded, &length),
             "decoding a secret");
  const std::unique_ptr<char, Free> owned{decoded};
  std::string key{decoded, length};
  OPENSSL_cleanse(decoded, length);
  return key;
}

}  // namespace

OathOneTimeCodes::OathOneTimeCodes() {
  require_ok(oath_init(), "starting");
}

std::optional<std::int64_t> OathOneTimeCodes::step_of(std::string_view code,
                                                      std::string_view secret,
                                                      Timestamp now) const {
  if (code.size() != kOneTimeCodeDigits) {
    return std::nullopt;
  }
  std::string key = decode(secret);
  const std::int64_t current = now.time_since_epoch().count() / kStep;
  std::optional<std::int64_t> found;
  // All three, and each in the same time, whatever the code is.
  for (std::int64_t step = current - 1; step <= current + 1; ++step) {
    const std::string expected = one_time_code(key, step, kOneTimeCodeDigits);
    if (CRYPTO_memcmp(expected.data(), code.data(), kOneTimeCodeDigits) == 0) {
      found = step;
    }
  }
  OPENSSL_cleanse(key.data(), key.size());
  return found;
}

std::string one_time_code(std::string_view key, std::int64_t step, unsigned digits) {
  std::array<char, kMaxDigits + 1> code{};
  if (digits > kMaxDigits) {
    throw std::invalid_argument("a one-time code has eight digits at most");
  }
  require_ok(oath_totp_generate(key.data(), key.size(), static_cast<time_t>(step * kStep),
                                OATH_TOTP_DEFAULT_TIME_STEP_SIZE, OATH_TOTP_DEFAULT_START_TIME,
                                digits, code.data()),
             "making a code");
  return {code.data(), digits};
}

}  // namespace zenzefi::infra
