#include "infra/crypto/argon2_password_hasher.hpp"

#include <argon2.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "infra/crypto/bcrypt.hpp"
#include "infra/crypto/openssl_entropy.hpp"

namespace zenzefi::infra {
namespace {

constexpr std::size_t kSaltLength = 16;
constexpr std::size_t kHashLength = 32;
constexpr std::string_view kArgon2idPrefix = "$argon2id$v=19$";

// The number after `name` in "m=19456,t=2,p=1".
std::optional<std::uint32_t> parameter(std::string_view parameters, std::string_view name) {
  const std::size_t at = parameters.find(name);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view digits = parameters.substr(at + name.size());
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} ? std::optional{value} : std::nullopt;
}

std::string encode(const Argon2Options& options, std::string_view password, int& status) {
  std::array<std::uint8_t, kSaltLength> salt{};
  fill_random(salt);
  std::string encoded(argon2_encodedlen(options.iterations, options.memory_kib, options.parallelism,
                                        kSaltLength, kHashLength, Argon2_id),
                      '\0');
  status = argon2id_hash_encoded(options.iterations, options.memory_kib, options.parallelism,
                                 password.data(), password.size(), salt.data(), salt.size(),
                                 kHashLength, encoded.data(), encoded.size());
  encoded.resize(encoded.find('\0'));
  return encoded;
}

}  // namespace

Argon2PasswordHasher::Argon2PasswordHasher(const Argon2Options& options) : options_{options} {
  int status = ARGON2_OK;
  nobodys_hash_ = encode(options_, "nobody", status);
  if (status != ARGON2_OK) {
    throw std::invalid_argument(std::string{"Argon2: "} + argon2_error_message(status));
  }
}

domain::Result<std::string> Argon2PasswordHasher::hash(std::string_view password) {
  int status = ARGON2_OK;
  std::string encoded = encode(options_, password, status);
  if (status == ARGON2_MEMORY_ALLOCATION_ERROR) {
    return domain::fail(domain::ErrorCode::kUnavailable, "Service temporarily unavailable");
  }
  if (status != ARGON2_OK) {
    return domain::fail(domain::ErrorCode::kInternal,
                        std::string{"Argon2: "} + argon2_error_message(status));
  }
  return encoded;
}

app::PasswordMatch Argon2PasswordHasher::verify(std::string_view password,
                                                const std::string& stored) {
  if (is_bcrypt(stored)) {
    return verify_bcrypt(password, stored) ? app::PasswordMatch::kRightButOutdated
                                           : app::PasswordMatch::kWrong;
  }
  // libargon2 reads the other variants and versions too; none of them was ever ours.
  if (!stored.starts_with(kArgon2idPrefix) ||
      argon2id_verify(stored.c_str(), password.data(), password.size()) != ARGON2_OK) {
    return app::PasswordMatch::kWrong;
  }
  return is_outdated(stored) ? app::PasswordMatch::kRightButOutdated : app::PasswordMatch::kRight;
}

void Argon2PasswordHasher::verify_nothing(std::string_view password) {
  static_cast<void>(verify(password, nobodys_hash_));
}

bool Argon2PasswordHasher::is_outdated(const std::string& stored) const {
  const std::string_view parameters = std::string_view{stored}.substr(kArgon2idPrefix.size());
  return parameter(parameters, "m=").value_or(0) < options_.memory_kib ||
         parameter(parameters, "t=").value_or(0) < options_.iterations;
}

}  // namespace zenzefi::infra
