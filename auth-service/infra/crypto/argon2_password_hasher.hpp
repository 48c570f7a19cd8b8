// app::PasswordHasher by libargon2 (RFC 9106), with bcrypt hashes of an earlier deployment still
// verified.
#pragma once

#include <cstdint>

#include "app/password_hasher.hpp"

namespace zenzefi::infra {

// OWASP's Password Storage Cheat Sheet: Argon2id with 19 MiB, 2 iterations, 1 lane.
struct Argon2Options {
  std::uint32_t memory_kib = 19456;
  std::uint32_t iterations = 2;
  std::uint32_t parallelism = 1;  // lanes, computed by one thread
};

class Argon2PasswordHasher final : public app::PasswordHasher {
 public:
  // Hashes once, for verify_nothing(). Throws std::invalid_argument for options libargon2 does not
  // take.
  explicit Argon2PasswordHasher(const Argon2Options& options);

  // kUnavailable when there is no memory for it now.
  domain::Result<std::string> hash(std::string_view password) override;
  app::PasswordMatch verify(std::string_view password, const std::string& stored) override;
  void verify_nothing(std::string_view password) override;

 private:
  [[nodiscard]] bool is_outdated(const std::string& stored) const;

  Argon2Options options_;
  std::string nobodys_hash_;
};

}  // namespace zenzefi::infra
