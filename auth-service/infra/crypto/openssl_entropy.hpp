// app::Entropy by OpenSSL's generator, which the operating system seeds.
#pragma once

#include <cstdint>
#include <span>

#include "app/entropy.hpp"

namespace zenzefi::infra {

// Thread-safe. Throws std::runtime_error when there is no randomness to be had.
void fill_random(std::span<std::uint8_t> bytes);

class OpensslEntropy final : public app::Entropy {
 public:
  Uuid uuid() override;
  std::string access_token() override;
  std::string refresh_token() override;
  std::string otp_secret() override;
  std::string backup_code() override;
};

}  // namespace zenzefi::infra
