// Clock, randomness, passwords, seals, JWTs, Redis and the payment provider, as a test can look
// into them and set them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/account_tokens.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "app/one_time_codes.hpp"
#include "app/password_hasher.hpp"
#include "app/payment_provider.hpp"
#include "app/token_sealer.hpp"
#include "shared/clock.hpp"

namespace zenzefi::test {

class ManualClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return time; }

  Timestamp time = std::chrono::sys_days{std::chrono::year{2025} / 10 / 15};
};

// Counts up, so that every value is new.
class FakeEntropy final : public app::Entropy {
 public:
  Uuid uuid() override;
  std::string access_token() override { return padded("t", 64); }
  std::string refresh_token() override { return padded("e", 128); }
  std::string otp_secret() override { return padded("S", 32); }
  std::string backup_code() override { return padded("b", 16); }

 private:
  std::string padded(const std::string& start, std::size_t length);

  std::uint8_t last_uuid_ = 0;
  int last_token_ = 0;
};

// "hash of <password>", or "old hash of <password>" for one that is outdated.
class FakePasswordHasher final : public app::PasswordHasher {
 public:
  domain::Result<std::string> hash(std::string_view password) override;
  app::PasswordMatch verify(std::string_view password, const std::string& stored) override;
  void verify_nothing(std::string_view password) override;

  int checks = 0;  // right ones, wrong ones and those for nobody
};

class FakeTokenSealer final : public app::TokenSealer {
 public:
  domain::Result<std::string> seal(std::string_view token, const Uuid& token_id) override;
  domain::Result<std::string> open(std::string_view sealed, const Uuid& token_id) override;

  bool has_key = true;
  std::string earlier_mark;  // stands before what an earlier key has sealed
};

// The code of a step is its last six digits, whatever the secret.
class FakeOneTimeCodes final : public app::OneTimeCodes {
 public:
  [[nodiscard]] std::optional<std::int64_t> step_of(std::string_view code, std::string_view secret,
                                                    Timestamp now) const override;
  [[nodiscard]] static std::int64_t step_at(Timestamp now);
  [[nodiscard]] static std::string code_at(Timestamp now);
};

class FakeAccountTokens final : public app::AccountTokens {
 public:
  std::string issue(const app::Principal& principal) override;
  [[nodiscard]] std::chrono::seconds lifetime() const override { return std::chrono::minutes{60}; }
  std::optional<app::Principal> verify(std::string_view jwt) override;

 private:
  std::vector<app::Principal> issued_;
};

class FakeGrantCache final : public app::GrantCache {
 public:
  domain::Result<void> put_all_if_absent(std::span<const HashedGrant> puts) override;
  domain::Result<void> put_extended(const TokenHash& hash, const Grant& grant) override;
  domain::Result<void> put_tombstones(std::span<const app::RevokedToken> tokens) override;
  domain::Result<std::string> incarnation() override;
  domain::Result<bool> confirm_delivery() override;
  domain::Result<void> clear() override;
  domain::Result<void> ping() override;

  std::map<std::string, GrantRecord> records;  // by the hash in hexadecimal
  std::map<std::string, Timestamp> tombstone_ends;
  unsigned round_trips = 0;  // of grants
  int confirmations = 0;     // since it was emptied
  std::string run_id = "first";
  bool is_down = false;
  int puts_until_down = -1;  // goes down by itself after so many tombstones; -1: never
};

class FakePaymentProvider final : public app::PaymentProvider {
 public:
  [[nodiscard]] std::string_view name() const override { return "fake"; }
  [[nodiscard]] domain::Result<void> accepts_charges() const override;
  domain::Result<void> charge(const Uuid& user_id, domain::Money amount,
                              const std::string& payment_method,
                              const std::string& reference) override;

  domain::Result<void> refund(const std::string& reference) override;
  // What the next notice tells of, when it is signed "signed".
  [[nodiscard]] domain::Result<std::optional<app::ReceivedPayment>> read(
      const app::PaymentNotice& notice) const override;

  std::map<std::string, domain::Money> payments;  // by reference
  std::vector<std::string> refunded;
  std::optional<app::ReceivedPayment> received;
  std::optional<domain::Error> refusal;  // of every charge
  bool takes_charges = true;
  bool is_down = false;
  std::function<void()> after_charge;  // called once the money is taken
};

}  // namespace zenzefi::test
