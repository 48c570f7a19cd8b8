#include <algorithm>

#include "app/two_factor/disable_two_factor.hpp"
#include "app/two_factor/enable_two_factor.hpp"
#include "app/two_factor/reset_two_factor.hpp"
#include "app/two_factor/set_up_two_factor.hpp"
#include "app/two_factor/two_factor_status.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using domain::AuditAction;
using domain::ErrorCode;
using std::chrono::seconds;

class TwoFactor : public ServiceTest {
 protected:
  void SetUp() override { id_ = register_user("ada"); }

  auto set_up() { return app::SetUpTwoFactor{database, sealer, entropy}.run(id_); }
  auto enable(const std::string& code) {
    return app::EnableTwoFactor{database, second_factor, entropy, clock}.run(
        {id_, code, "192.0.2.1"});
  }
  auto disable(const std::string& code) {
    return app::DisableTwoFactor{database, second_factor}.run({id_, code, "192.0.2.1"});
  }
  auto status() { return app::TwoFactorStatus{database}.run(id_).value(); }
  auto login_with(std::optional<std::string> code) {
    return app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
        {"ada@example.com", kPassword, false, {"192.0.2.1", ""}, std::move(code)});
  }
  [[nodiscard]] std::string code_now() const { return FakeOneTimeCodes::code_at(clock.time); }

  // The backup codes; the code of this moment is used up.
  std::vector<std::string> enabled() {
    EXPECT_TRUE(set_up().has_value());
    const auto codes = enable(code_now());
    EXPECT_TRUE(codes.has_value());
    return *codes;
  }
  std::string next_code() {
    clock.time += seconds{30};
    return code_now();
  }
  [[nodiscard]] std::size_t audited(AuditAction action) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(database.state.audit, [&](const StoredAuditEntry& stored) {
          return stored.entry.action == action && stored.entry.account_id == id_;
        }));
  }

  Uuid id_;
};

TEST_F(TwoFactor, SecretIsShownOnceAndStoredSealed) {
  const auto output = set_up();
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->uri, "otpauth://totp/Zenzefi:ada%40example.com?secret=" + output->secret +
                             "&issuer=Zenzefi&algorithm=SHA1&digits=6&period=30");
  const app::SecondFactor& stored = database.state.second_factors.at(id_);
  EXPECT_EQ(stored.sealed_secret, sealer.seal(output->secret, id_).value());
  EXPECT_FALSE(status().enabled);
  EXPECT_TRUE(login_with(std::nullopt).has_value()) << "nothing asks for it yet";
}

TEST_F(TwoFactor, SetUpAgainBeforeItIsEnabledMakesAnotherSecret) {
  const auto first = set_up();
  const auto second = set_up();
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_NE(first->secret, second->secret);
  EXPECT_EQ(database.state.second_factors.at(id_).sealed_secret,
            sealer.seal(second->secret, id_).value());
}

TEST_F(TwoFactor, EnablingNeedsARightCodeAndAnswersTenBackupCodes) {
  EXPECT_EQ(code_of(enable(code_now())), ErrorCode::kConflict) << "nothing is set up";
  ASSERT_TRUE(set_up().has_value());
  EXPECT_EQ(code_of(enable("000000")), ErrorCode::kRuleViolated);
  EXPECT_FALSE(status().enabled);
  const auto codes = enable(code_now());
  ASSERT_TRUE(codes.has_value());
  ASSERT_EQ(codes->size(), 10U);
  EXPECT_EQ(codes->front().size(), 19U);
  EXPECT_TRUE(status().enabled);
  EXPECT_EQ(status().backup_codes_left, 10U);
  EXPECT_EQ(audited(AuditAction::kTwoFactorEnabled), 1U);
  EXPECT_EQ(code_of(enable(next_code())), ErrorCode::kConflict);
  EXPECT_EQ(code_of(set_up()), ErrorCode::kConflict) << "a thief of a session replaces nothing";
}

TEST_F(TwoFactor, LoginAsksForTheCode) {
  enabled();
  EXPECT_EQ(code_of(login_with(std::nullopt)), ErrorCode::kOneTimeCodeRequired);
  EXPECT_EQ(code_of(login_with("")), ErrorCode::kOneTimeCodeRequired);
  EXPECT_EQ(code_of(login_with("000000")), ErrorCode::kUnauthenticated);
  EXPECT_EQ(audited(AuditAction::kLoginFailed), 1U);
  EXPECT_TRUE(database.state.sessions.empty());
  EXPECT_TRUE(login_with(next_code()).has_value());
}

TEST_F(TwoFactor, WrongPasswordIsSaidBeforeTheCodeIsLookedAt) {
  enabled();
  const auto output = app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
      {"ada@example.com", "wrong password", false, {}, next_code()});
  EXPECT_EQ(output.error(),
            (domain::Error{ErrorCode::kUnauthenticated, "Incorrect email or password"}));
  EXPECT_TRUE(login_with(code_now()).has_value()) << "the code is not used up";
}

TEST_F(TwoFactor, EachLoginChecksOnePasswordOnce) {
  enabled();
  for (const auto& code : {std::optional<std::string>{}, std::optional<std::string>{"000000"},
                           std::optional<std::string>{next_code()}}) {
    const int before = hasher.checks;
    static_cast<void>(login_with(code));
    EXPECT_EQ(hasher.checks, before + 1);
  }
}

TEST_F(TwoFactor, NoCodeIsGoodTwice) {
  enabled();
  EXPECT_EQ(code_of(login_with(code_now())), ErrorCode::kUnauthenticated) << "it enabled";
  const std::string code = next_code();
  EXPECT_TRUE(login_with(code).has_value());
  EXPECT_EQ(code_of(login_with(code)), ErrorCode::kUnauthenticated);
  EXPECT_EQ(code_of(disable(code)), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_of(login_with(FakeOneTimeCodes::code_at(clock.time - seconds{30}))),
            ErrorCode::kUnauthenticated)
      << "nor one from before it";
  EXPECT_TRUE(login_with(next_code()).has_value());
}

TEST_F(TwoFactor, BackupCodesAreGoodOnceEach) {
  const auto codes = enabled();
  EXPECT_TRUE(login_with(codes[0]).has_value());
  EXPECT_EQ(code_of(login_with(codes[0])), ErrorCode::kUnauthenticated);
  std::string without_hyphens = codes[1];
  std::erase(without_hyphens, '-');
  EXPECT_TRUE(login_with(without_hyphens).has_value());
  EXPECT_EQ(status().backup_codes_left, 8U);
  EXPECT_EQ(audited(AuditAction::kBackupCodeUsed), 2U);
  for (const StoredAuditEntry& stored : database.state.audit) {
    for (const auto& [name, value] : stored.entry.detail) {
      EXPECT_EQ(value.find(without_hyphens), std::string::npos);
    }
  }
}

TEST_F(TwoFactor, WhatIsNoCodeIsWrong) {
  const auto codes = enabled();
  app::RequestLimits no_limits{limiter, {.auth = 0}};
  app::SecondFactorCheck check{sealer, one_time_codes, no_limits, clock};
  app::Login login{database, hasher, jwts, entropy, check, clock};
  app::DisableTwoFactor disable{database, check};
  using namespace std::literals;
  for (const std::string& code :
       {"12345"s, "1234567"s, "12345\0"s, "abcdef"s, "٠١٢٣٤٥"s, "-1"s, std::string(512, '1'),
        codes[0] + "x", codes[0].substr(1), codes[0] + codes[1], "' OR 1=1 --"s}) {
    EXPECT_EQ(code_of(login.run({"ada@example.com", kPassword, false, {}, code})),
              ErrorCode::kUnauthenticated)
        << code;
    EXPECT_EQ(code_of(disable.run({id_, code, ""})), ErrorCode::kRuleViolated) << code;
  }
  EXPECT_TRUE(login_with(next_code().insert(3, 1, ' ')).has_value()) << "as authenticators show it";
}

TEST_F(TwoFactor, GuessingAnAccountsCodesEndsFromWhereverItIsDone) {
  const auto codes = enabled();
  const auto login_from = [&](int address, const std::string& code) {
    return app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
        {"ada@example.com", kPassword, false, {"192.0.2." + std::to_string(address), ""}, code});
  };
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(i % 2 == 0 ? code_of(login_from(i, "000000")) : code_of(disable("000000")),
              i % 2 == 0 ? ErrorCode::kUnauthenticated : ErrorCode::kRuleViolated);
  }
  const auto refused = login_from(10, next_code());
  EXPECT_EQ(code_of(refused), ErrorCode::kTooManyRequests);
  EXPECT_GT(refused.error().retry_after, std::chrono::minutes{59});
  EXPECT_EQ(code_of(disable(codes[0])), ErrorCode::kTooManyRequests);
  EXPECT_EQ(code_of(enable(code_now())), ErrorCode::kTooManyRequests);
  EXPECT_EQ(status().backup_codes_left, 10U);
  EXPECT_EQ(code_of(login_with(std::nullopt)), ErrorCode::kOneTimeCodeRequired);

  id_ = register_user("bob");
  const auto bobs = enabled();
  EXPECT_TRUE(disable(bobs[0]).has_value()) << "another account";
}

TEST_F(TwoFactor, OnlyWrongCodesCount) {
  enabled();
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(login_with(next_code()).has_value());
    // Who does not know the password cannot lock the account.
    const auto guess = app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
        {"ada@example.com", "wrong password", false, {}, "000000"});
    ASSERT_EQ(code_of(guess), ErrorCode::kUnauthenticated);
    ASSERT_EQ(code_of(enable("000000")), ErrorCode::kConflict);
    database.is_down = true;
    ASSERT_EQ(code_of(disable("000000")), ErrorCode::kUnavailable);
    database.is_down = false;
  }
  EXPECT_EQ(code_of(disable("000000")), ErrorCode::kRuleViolated);
}

TEST_F(TwoFactor, DisablingNeedsACodeAndForgetsAllOfIt) {
  const auto codes = enabled();
  EXPECT_EQ(code_of(disable("000000")), ErrorCode::kRuleViolated);
  EXPECT_TRUE(status().enabled);
  EXPECT_TRUE(disable(codes[0]).has_value());
  EXPECT_FALSE(status().enabled);
  EXPECT_TRUE(database.state.second_factors.empty());
  EXPECT_TRUE(database.state.backup_codes.empty());
  EXPECT_EQ(audited(AuditAction::kTwoFactorDisabled), 1U);
  EXPECT_EQ(audited(AuditAction::kBackupCodeUsed), 1U);
  EXPECT_EQ(code_of(disable(codes[1])), ErrorCode::kConflict);
  EXPECT_TRUE(login_with(std::nullopt).has_value());
}

TEST_F(TwoFactor, OneAccountsCodesAreNobodyElses) {
  const auto codes = enabled();
  const Uuid ada = std::exchange(id_, register_user("bob"));
  const auto bobs = enabled();
  EXPECT_EQ(code_of(disable(codes[0])), ErrorCode::kRuleViolated);
  EXPECT_TRUE(disable(bobs[0]).has_value());
  id_ = ada;
  EXPECT_EQ(status().backup_codes_left, 10U);
}

TEST_F(TwoFactor, UseSealsTheSecretAnew) {
  enabled();
  app::SecondFactor& stored = database.state.second_factors.at(id_);
  const std::string sealed = stored.sealed_secret;
  // As an earlier key would have: it opens, and nobody seals so any more.
  sealer.earlier_mark = "earlier ";
  stored.sealed_secret = sealer.earlier_mark + sealed;
  EXPECT_TRUE(login_with(next_code()).has_value());
  EXPECT_EQ(database.state.second_factors.at(id_).sealed_secret, sealed);
}

TEST_F(TwoFactor, SecretThatDoesNotOpenIsOurFaultAndBackupCodesStillWork) {
  const auto codes = enabled();
  sealer.has_key = false;
  EXPECT_EQ(code_of(login_with(next_code())), ErrorCode::kInternal);
  EXPECT_TRUE(login_with(codes[0]).has_value());
}

TEST_F(TwoFactor, OperatorTakesItOffALostOne) {
  enabled();
  const auto reset = [&](const std::string& email) {
    return app::ResetTwoFactor{database}.run(email);
  };
  EXPECT_EQ(code_of(reset("nobody@example.com")), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(reset("nonsense")), ErrorCode::kRuleViolated);
  EXPECT_TRUE(reset("ADA@example.com")->was_enabled);
  EXPECT_TRUE(login_with(std::nullopt).has_value());
  EXPECT_EQ(audited(AuditAction::kTwoFactorDisabled), 1U);
  EXPECT_FALSE(database.state.audit.back().entry.actor_id.has_value() &&
               database.state.audit.back().entry.action == AuditAction::kTwoFactorDisabled);
  EXPECT_FALSE(reset("ada@example.com")->was_enabled);
  EXPECT_EQ(audited(AuditAction::kTwoFactorDisabled), 1U) << "nothing happened";
}

}  // namespace
}  // namespace zenzefi::test
