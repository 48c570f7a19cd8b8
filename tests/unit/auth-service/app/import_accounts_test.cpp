#include "app/moving/import_accounts.hpp"

#include <gtest/gtest.h>

#include "app/tokens/check_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using domain::Money;
using std::chrono::hours;

class ImportTest : public ServiceTest {
 protected:
  static app::EarlierUser ann() {
    return {.id = "7",
            .email = "ann@example.com",
            .username = "ann",
            .hashed_password = "$2b$12$" + std::string(53, 'x'),
            .full_name = "Ann",
            .balance = "150.5"};
  }
  app::EarlierToken token(const std::string& text) const {
    return {.id = "t1",
            .user_id = "7",
            .token = text,
            .duration_hours = "24",
            .activated_at = {},
            .expires_at = {}};
  }
  auto take_over(const app::EarlierDeployment& from, bool rehearsal = false) {
    return app::ImportAccounts(database, sealer, entropy, clock).run(from, rehearsal);
  }
  // The one thing that was left behind.
  std::string left_behind(const app::EarlierDeployment& from) {
    const auto output = take_over(from).value();
    EXPECT_EQ(output.left_behind.size(), 1U);
    return output.left_behind.empty() ? std::string{} : output.left_behind.front();
  }
  auto check(const std::string& text) {
    return app::CheckToken(database, cache, clock).run(*hash_token(text));
  }
};

TEST_F(ImportTest, TakesUsersAndTheirBalances) {
  app::EarlierUser bob = ann();
  bob.id = "0b9a7f0e-3c1d-4a7e-8f43-2f6f3f1d9c02";
  bob.email = "bob@example.com";
  bob.username = "bob";
  bob.full_name.reset();
  bob.balance = "0";
  bob.is_active = false;
  bob.is_admin = true;
  const auto output = take_over({.users = {ann(), bob}, .tokens = {}}).value();
  EXPECT_EQ(output.users, 2U);
  EXPECT_EQ(output.balances, Money::from_cents(150'50));
  EXPECT_TRUE(output.left_behind.empty());

  const domain::User& taken = database.state.users.at(*Uuid::parse(bob.id));
  EXPECT_EQ(taken.email, "bob@example.com");
  EXPECT_EQ(taken.hashed_password, bob.hashed_password);
  EXPECT_FALSE(taken.is_active);
  EXPECT_EQ(taken.role, domain::Role::kAdmin);
  ASSERT_EQ(database.state.ledger.size(), 1U) << "nothing is booked of nothing";
  const domain::LedgerEntry& entry = database.state.ledger.front();
  EXPECT_EQ(entry.amount, Money::from_cents(150'50));
  EXPECT_EQ(entry.transaction_type, domain::TransactionType::kAdjustment);
  EXPECT_EQ(database.state.users.at(entry.user_id).email, "ann@example.com");
  expect_ledger_agrees();
}

TEST_F(ImportTest, TakesTokensWithTheirTextAndTheirEnd) {
  auto unused = token("unused-token");
  auto running = token("running-token");
  running.activated_at = "2025-10-14T20:00:00";  // UTC
  auto promised = token("promised-token");
  promised.expires_at = "2025-10-15T12:00:00+02:00";
  const auto output = take_over({.users = {ann()}, .tokens = {unused, running, promised}}).value();
  EXPECT_EQ(output.tokens, 3U);
  EXPECT_TRUE(output.left_behind.empty());

  EXPECT_EQ(std::get<Grant>(check("unused-token").value()).expires_at, clock.time + hours{24});
  EXPECT_EQ(std::get<Grant>(check("running-token").value()).expires_at, clock.time + hours{20});
  EXPECT_EQ(std::get<Grant>(check("promised-token").value()).expires_at, clock.time + hours{10});
  for (const domain::AccessToken& taken : database.state.tokens) {
    EXPECT_EQ(taken.price_paid, Money{});
    EXPECT_TRUE(sealer.open(taken.sealed, taken.id).value().ends_with("-token"));
  }
}

TEST_F(ImportTest, LeavesBehindWhatCannotBeHere) {
  const auto left = [&](auto change) {
    app::EarlierUser user = ann();
    change(user);
    return left_behind({.users = {user}, .tokens = {}});
  };
  EXPECT_EQ(left([](auto& user) { user.email = "ann\n"; }).substr(0, 11), "user ann?: ");
  EXPECT_NE(left([](auto& user) { user.username = "a b"; }), "");
  EXPECT_NE(left([](auto& user) { user.hashed_password = "md5"; }).find("neither bcrypt"),
            std::string::npos);
  EXPECT_NE(left([](auto& user) { user.balance = "-0.01"; }).find("balance"), std::string::npos);
  EXPECT_NE(left([](auto& user) { user.balance = "0.001"; }).find("balance"), std::string::npos);
  EXPECT_TRUE(database.state.users.empty());
}

TEST_F(ImportTest, LeavesBehindTokensThatLetNobodyPass) {
  const auto left = [&](auto change) {
    app::EarlierToken one = token("a-token");
    change(one);
    app::EarlierUser user = ann();
    user.email = std::to_string(database.state.users.size()) + user.email;
    user.username += std::to_string(database.state.users.size());
    return left_behind({.users = {user}, .tokens = {one}});
  };
  EXPECT_EQ(left([](auto& one) { one.user_id = "8"; }), "token t1: its owner was not taken");
  EXPECT_EQ(left([](auto& one) { one.is_active = false; }), "token t1: it is revoked or over");
  EXPECT_EQ(left([](auto& one) { one.expires_at = "2025-10-15T00:00:00Z"; }),
            "token t1: it is over");
  EXPECT_NE(left([](auto& one) { one.expires_at = "soon"; }).find("cannot be read"),
            std::string::npos);
  for (const char* duration : {"0", "-1", "1.5", "", "999999999999"}) {
    EXPECT_NE(left([&](auto& one) { one.duration_hours = duration; }).find("cannot be read"),
              std::string::npos);
  }
  const std::string secret = "a.token.with.dots";
  EXPECT_EQ(left([&](auto& one) { one.token = secret; }).find(secret), std::string::npos);
  EXPECT_TRUE(database.state.tokens.empty());
}

TEST_F(ImportTest, TokensOfInactiveUsersAreLeftBehind) {
  app::EarlierUser inactive = ann();
  inactive.is_active = false;
  EXPECT_EQ(left_behind({.users = {inactive}, .tokens = {token("a-token")}}),
            "token t1: its owner is inactive");
}

TEST_F(ImportTest, WhoIsHereAlreadyIsLeftAlone) {
  ASSERT_TRUE(take_over({.users = {ann()}, .tokens = {token("a-token")}}));
  const auto again = take_over({.users = {ann()}, .tokens = {token("a-token")}}).value();
  EXPECT_EQ(again.users, 0U);
  EXPECT_EQ(again.tokens, 0U);
  EXPECT_EQ(again.left_behind, (std::vector<std::string>{"user ann@example.com: is here already",
                                                         "token t1: its owner was not taken"}));
  app::EarlierUser namesake = ann();
  namesake.email = "other@example.com";
  namesake.username = "ANN";
  EXPECT_EQ(left_behind({.users = {namesake}, .tokens = {}}),
            "user other@example.com: the username is taken");
  EXPECT_EQ(database.state.ledger.size(), 1U);
}

TEST_F(ImportTest, ARehearsalTakesNothing) {
  const auto output = take_over({.users = {ann()}, .tokens = {token("a-token")}}, true).value();
  EXPECT_EQ(output.users, 1U);
  EXPECT_EQ(output.tokens, 1U);
  EXPECT_TRUE(database.state.users.empty());
  EXPECT_TRUE(database.state.tokens.empty());
}

}  // namespace
}  // namespace zenzefi::test
