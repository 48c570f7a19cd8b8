// The other ports of the use cases, good for many threads at once.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "app/payment_provider.hpp"
#include "app/token_sealer.hpp"

namespace zenzefi::test {

class RandomEntropy final : public app::Entropy {
 public:
  Uuid uuid() override;
  std::string access_token() override;
  std::string refresh_token() override;
  std::string otp_secret() override;
  std::string backup_code() override;
};

// Seals nothing: what is in the database can be read by the test.
class OpenSealer final : public app::TokenSealer {
 public:
  domain::Result<std::string> seal(std::string_view token, const Uuid& token_id) override;
  domain::Result<std::string> open(std::string_view sealed, const Uuid& token_id) override;
};

class MemoryGrantCache final : public app::GrantCache {
 public:
  domain::Result<void> put_all_if_absent(std::span<const HashedGrant> records) override;
  domain::Result<void> put_extended(const TokenHash& hash, const Grant& grant) override;
  domain::Result<void> put_tombstones(std::span<const app::RevokedToken> tokens) override;
  domain::Result<std::string> incarnation() override { return "the only one"; }
  domain::Result<bool> confirm_delivery() override { return true; }
  domain::Result<void> clear() override;
  domain::Result<void> ping() override { return {}; }

  [[nodiscard]] std::map<std::string, GrantRecord> records();

 private:
  std::mutex mutex_;
  std::map<std::string, GrantRecord> records_;
};

// Takes every payment, once for each reference. `received` is one thread's.
class CountingProvider final : public app::PaymentProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "counting"; }
  [[nodiscard]] domain::Result<void> accepts_charges() const override { return {}; }
  domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                              const std::string& payment_method,
                              const std::string& reference) override;

  [[nodiscard]] domain::Result<std::optional<app::ReceivedPayment>> read(
      const app::PaymentNotice& /*notice*/) const override {
    return received;
  }

  [[nodiscard]] std::size_t payments();

  std::optional<app::ReceivedPayment> received;  // what every notice tells of

 private:
  std::mutex mutex_;
  std::map<std::string, domain::Money> by_reference_;
};

}  // namespace zenzefi::test
