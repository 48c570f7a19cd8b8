// A service without a network: use cases on ports in memory, and the steps tests start from.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "app/account/login.hpp"
#include "app/credits/purchase_credits.hpp"
#include "app/limits/memory_rate_limiter.hpp"
#include "app/limits/request_limits.hpp"
#include "app/tokens/purchase_token.hpp"
#include "fake/database.hpp"
#include "fake/ports.hpp"

namespace zenzefi::test {

class ServiceTest : public testing::Test {
 protected:
  static constexpr auto kPassword = "correct horse";

  Uuid register_user(const std::string& name);
  Uuid register_user_with(domain::Money balance);
  domain::Result<app::Login::Output> login(const std::string& email, const std::string& password);
  app::Login::Output signed_in(const std::string& name);
  domain::Result<app::PurchaseToken::Output> buy(const Uuid& user_id, std::uint32_t hours);
  domain::AccessToken bought(const Uuid& user_id, std::uint32_t hours);
  // As it stands in the database now.
  [[nodiscard]] const domain::AccessToken& stored(const Uuid& token_id) const;
  [[nodiscard]] domain::Money balance(const Uuid& user_id) const;
  // The invariant of the ledger, for every user there is.
  void expect_ledger_agrees() const;

  ManualClock clock;
  FakeDatabase database{clock};
  FakeEntropy entropy;
  FakePasswordHasher hasher;
  app::MemoryRateLimiter limiter{1000};
  app::RequestLimits limits{limiter, {.auth = 20, .api = 200}};
  FakeTokenSealer sealer;
  FakeOneTimeCodes one_time_codes;
  app::SecondFactorCheck second_factor{sealer, one_time_codes, limits, clock};
  FakeAccountTokens jwts;
  FakeGrantCache cache;
  FakePaymentProvider provider;
  domain::PriceList prices{{}};
};

// For assertions: the code of a failure, nothing of a success.
template <typename T>
std::optional<domain::ErrorCode> code_of(const domain::Result<T>& result) {
  return result ? std::nullopt : std::optional{result.error().code};
}

}  // namespace zenzefi::test
