// One code, and many who use it at the same moment, at two instances.
#include <algorithm>

#include "app/account/login.hpp"
#include "app/limits/memory_rate_limiter.hpp"
#include "app/two_factor/disable_two_factor.hpp"
#include "app/two_factor/enable_two_factor.hpp"
#include "app/two_factor/set_up_two_factor.hpp"
#include "fake/ports.hpp"
#include "tests/integration/postgres/two_instances.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;

// Good for many threads at once, as none of them reads who was issued what.
class NoTokens final : public app::AccountTokens {
 public:
  std::string issue(const app::Principal& /*principal*/) override { return "jwt"; }
  [[nodiscard]] std::chrono::seconds lifetime() const override { return std::chrono::hours{1}; }
  std::optional<app::Principal> verify(std::string_view /*jwt*/) override { return std::nullopt; }
};

class PlainPasswords final : public app::PasswordHasher {
 public:
  domain::Result<std::string> hash(std::string_view password) override {
    return std::string{password};
  }
  app::PasswordMatch verify(std::string_view password, const std::string& stored) override {
    return password == stored ? app::PasswordMatch::kRight : app::PasswordMatch::kWrong;
  }
  void verify_nothing(std::string_view /*password*/) override {}
};

class TwoFactorRaces : public TwoInstances {
 protected:
  static constexpr std::size_t kAtOnce = 16;

  void SetUp() override {
    user_ = add_user(database_);
    database_
        .run([&](app::Transaction& transaction) -> domain::Result<bool> {
          transaction.users().set_password(user_, "right");
          email_ = transaction.users().find(user_)->email;
          return true;
        })
        .value();
  }

  auto set_up() { return app::SetUpTwoFactor{database_, sealer_, entropy_}.run(user_); }
  auto enable(std::size_t i, const std::string& code) {
    return app::EnableTwoFactor{instance(i), check_, entropy_, time_}.run({user_, code, ""});
  }
  auto login(std::size_t i, const std::string& code) {
    return app::Login{instance(i), passwords_, tokens_, entropy_, check_, time_}.run(
        {email_, "right", false, {}, code});
  }
  [[nodiscard]] std::string code() const { return FakeOneTimeCodes::code_at(time_.time); }

  template <typename Attempt>
  void expect_one_winner(ErrorCode losers, Attempt attempt) {
    const auto outcomes = concurrently(kAtOnce, [&](std::size_t i) -> std::optional<ErrorCode> {
      const auto result = attempt(i);
      return result ? std::nullopt : std::optional{result.error().code};
    });
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), std::nullopt), 1);
    EXPECT_EQ(std::count(outcomes.begin(), outcomes.end(), losers), kAtOnce - 1);
  }

  Uuid user_;
  std::string email_;
  PlainPasswords passwords_;
  NoTokens tokens_;
  ManualClock time_;
  FakeOneTimeCodes codes_;
  app::MemoryRateLimiter limiter_{1};
  app::RequestLimits no_limits_{limiter_, {.auth = 0, .api = 0}};
  app::SecondFactorCheck check_{sealer_, codes_, no_limits_, time_};
};

TEST_F(TwoFactorRaces, OneCodeEnablesOnceAndSignsInOnce) {
  ASSERT_TRUE(set_up().has_value());
  expect_one_winner(ErrorCode::kConflict, [&](std::size_t i) { return enable(i, code()); });
  EXPECT_EQ(count("backup_codes"), "10");
  time_.time += std::chrono::seconds{30};
  expect_one_winner(ErrorCode::kUnauthenticated, [&](std::size_t i) { return login(i, code()); });
  EXPECT_EQ(count("sessions"), "1");
}

TEST_F(TwoFactorRaces, OneBackupCodeSignsInOnce) {
  ASSERT_TRUE(set_up().has_value());
  const auto backup_codes = enable(0, code()).value();
  expect_one_winner(ErrorCode::kUnauthenticated,
                    [&](std::size_t i) { return login(i, backup_codes[0]); });
  EXPECT_EQ(count("backup_codes WHERE used_at IS NOT NULL"), "1");
}

TEST_F(TwoFactorRaces, OneCodeEitherSignsInOrDisables) {
  ASSERT_TRUE(set_up().has_value());
  ASSERT_TRUE(enable(0, code()).has_value());
  time_.time += std::chrono::seconds{30};
  const auto done = concurrently(2, [&](std::size_t i) {
    return i == 0 ? login(i, code()).has_value()
                  : app::DisableTwoFactor{instance(i), check_}.run({user_, code(), ""}).has_value();
  });
  // Who is first uses the code up; when that was the disabling, nothing asks for a code any more.
  EXPECT_TRUE(done[0]);
  EXPECT_EQ(count("totp_secrets"), done[1] ? "0" : "1");
}

}  // namespace
}  // namespace zenzefi::test
