#include "infra/crypto/bcrypt.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <cstring>
#include <memory>

namespace zenzefi::infra {
namespace {

constexpr std::size_t kBcryptLength = 60;

}  // namespace

bool is_bcrypt(std::string_view stored) noexcept {
  return stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$");
}

bool verify_bcrypt(std::string_view password, const std::string& stored) {
  if (!is_bcrypt(stored) || stored.size() != kBcryptLength ||
      password.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto scratch = std::make_unique<crypt_data>();  // 32 KiB: too much for a worker's stack
  const std::string terminated{password};
  const char* computed = crypt_r(terminated.c_str(), stored.c_str(), scratch.get());
  const bool equal = computed != nullptr && std::strlen(computed) == stored.size() &&
                     CRYPTO_memcmp(computed, stored.data(), stored.size()) == 0;
  OPENSSL_cleanse(scratch.get(), sizeof(crypt_data));
  return equal;
}

}  // namespace zenzefi::infra
