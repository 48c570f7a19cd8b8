#include "fixture.hpp"

#include <algorithm>

#include "app/account/register_user.hpp"

namespace zenzefi::test {

Uuid ServiceTest::register_user(const std::string& name) {
  const auto user = app::RegisterUser{database, hasher, entropy}.run(
      {name + "@example.com", name, kPassword, std::nullopt});
  EXPECT_TRUE(user.has_value());
  return user->id;
}

Uuid ServiceTest::register_user_with(domain::Money balance) {
  const Uuid id = register_user("buyer");
  const auto entry = app::PurchaseCredits{database, provider, entropy, clock}.run(
      {id, balance, "card", std::nullopt});
  EXPECT_TRUE(entry.has_value());
  return id;
}

domain::Result<app::Login::Output> ServiceTest::login(const std::string& email,
                                                      const std::string& password) {
  return app::Login{database, hasher, jwts, entropy, second_factor, clock}.run(
      {email, password, false, {"192.0.2.1", "curl/7.88"}, std::nullopt});
}

app::Login::Output ServiceTest::signed_in(const std::string& name) {
  const auto output = login(name + "@example.com", kPassword);
  EXPECT_TRUE(output.has_value());
  return *output;
}

domain::Result<app::PurchaseToken::Output> ServiceTest::buy(const Uuid& user_id,
                                                            std::uint32_t hours) {
  return app::PurchaseToken{database, sealer, entropy, prices, clock}.run(
      {user_id, hours, std::nullopt});
}

domain::AccessToken ServiceTest::bought(const Uuid& user_id, std::uint32_t hours) {
  const auto output = buy(user_id, hours);
  EXPECT_TRUE(output.has_value());
  return output->token;
}

const domain::AccessToken& ServiceTest::stored(const Uuid& token_id) const {
  return *std::ranges::find(database.state.tokens, token_id, &domain::AccessToken::id);
}

domain::Money ServiceTest::balance(const Uuid& user_id) const {
  return database.state.users.at(user_id).currency_balance;
}

void ServiceTest::expect_ledger_agrees() const {
  for (const auto& [id, user] : database.state.users) {
    domain::Money sum;
    for (const domain::LedgerEntry& entry : database.state.ledger) {
      sum = entry.user_id == id ? sum + entry.amount : sum;
    }
    EXPECT_EQ(sum, user.currency_balance) << user.username;
  }
}

}  // namespace zenzefi::test
