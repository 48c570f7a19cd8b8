#include "app/tokens/list_prices.hpp"
#include "app/tokens/list_tokens.hpp"
#include "fixture.hpp"
#include "shared/token.hpp"

namespace zenzefi::test {
namespace {

using app::PurchaseToken;
using domain::ErrorCode;
using domain::Money;

class PurchaseTokenTest : public ServiceTest {
 protected:
  void SetUp() override { input_.user_id = register_user_with(Money::from_cents(50'00)); }
  void TearDown() override { expect_ledger_agrees(); }

  domain::Result<PurchaseToken::Output> purchase() {
    return PurchaseToken{database, sealer, entropy, prices, clock}.run(input_);
  }

  PurchaseToken::Input input_{{}, 24, std::nullopt};
};

TEST_F(PurchaseTokenTest, TakesThePriceAndGivesAnUnusedToken) {
  const auto output = purchase();
  ASSERT_TRUE(output.has_value());
  EXPECT_TRUE(is_plausible_token(output->text));
  EXPECT_EQ(output->text.size(), 64U);
  EXPECT_EQ(output->token.hash, hash_token(output->text));
  EXPECT_EQ(output->token.status_at(clock.now()), domain::TokenStatus::kUnused);
  EXPECT_EQ(output->token.price_paid, Money::from_cents(18'00));
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(32'00));
  const domain::LedgerEntry& entry = database.state.ledger.back();
  EXPECT_EQ(entry.amount, Money::from_cents(-18'00));
  EXPECT_EQ(entry.transaction_type, domain::TransactionType::kPurchase);
  EXPECT_EQ(entry.token_id, output->token.id);
}

TEST_F(PurchaseTokenTest, SaysWhatIsMissing) {
  ASSERT_TRUE(purchase().has_value());
  ASSERT_TRUE(purchase().has_value());
  const auto third = purchase();
  ASSERT_FALSE(third.has_value());
  EXPECT_EQ(third.error(),
            (domain::Error{ErrorCode::kInsufficientBalance,
                           "Insufficient balance. Required: 18.00 ZNC, Available: 14.00 ZNC"}));
  EXPECT_EQ(database.state.tokens.size(), 2U);
}

TEST_F(PurchaseTokenTest, LastCreditsAreEnough) {
  database.state.users.at(input_.user_id).currency_balance = Money::from_cents(18'00);
  database.state.ledger.back().amount = Money::from_cents(18'00);
  ASSERT_TRUE(purchase().has_value());
  EXPECT_EQ(balance(input_.user_id), Money{});
}

TEST_F(PurchaseTokenTest, OnlyWhatIsOnSale) {
  for (const std::uint32_t duration : {0U, 2U, 23U, 721U, 0xFFFFFFFFU}) {
    input_.duration_hours = duration;
    EXPECT_EQ(code_of(purchase()), ErrorCode::kRuleViolated) << duration;
  }
  EXPECT_EQ(app::ListPrices{prices}.run()->size(), 5U);
}

TEST_F(PurchaseTokenTest, NobodyBuysNothing) {
  input_.user_id = Uuid{};
  EXPECT_EQ(code_of(purchase()), ErrorCode::kNotFound);
}

TEST_F(PurchaseTokenTest, SameKeyBuysOneTokenAndAnswersAlike) {
  input_.idempotency_key = "k1";
  const auto first = purchase();
  ASSERT_TRUE(first.has_value());
  // What happens to the token afterwards is no part of the first answer.
  database.state.tokens.back().activated_at = clock.now();
  database.state.tokens.back().revoked_at = clock.now();
  clock.time += app::kIdempotencyKeyLifetime - std::chrono::seconds{1};
  const auto second = purchase();
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->text, first->text);
  EXPECT_EQ(second->token.id, first->token.id);
  EXPECT_EQ(second->token.price_paid, first->token.price_paid);
  EXPECT_EQ(second->token.created_at, first->token.created_at);
  EXPECT_EQ(second->token.activated_at, std::nullopt);
  EXPECT_TRUE(second->token.usable_at(clock.now()));
  EXPECT_EQ(database.state.tokens.size(), 1U);
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(32'00));
}

TEST_F(PurchaseTokenTest, SameKeyForAnotherDurationIsAConflict) {
  input_.idempotency_key = "k1";
  ASSERT_TRUE(purchase().has_value());
  input_.duration_hours = 1;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kConflict);
  input_.idempotency_key = "k2";
  EXPECT_TRUE(purchase().has_value());
}

TEST_F(PurchaseTokenTest, KeyOfAFailedPurchaseIsStillFree) {
  input_.idempotency_key = "k1";
  input_.duration_hours = 720;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kInsufficientBalance);
  ASSERT_TRUE(app::PurchaseCredits(database, provider, entropy, clock)
                  .run({input_.user_id, Money::from_cents(300'00), "card", "k1"})
                  .has_value());
  EXPECT_TRUE(purchase().has_value());
}

TEST_F(PurchaseTokenTest, ListShowsTheTokensAgain) {
  const auto first = purchase();
  input_.duration_hours = 1;
  const auto second = purchase();
  database.state.tokens.front().revoked_at = clock.now();
  app::ListTokens list{database, sealer, clock};

  const auto active = list.run({input_.user_id, true, {}});
  ASSERT_TRUE(active.has_value());
  ASSERT_EQ(active->items.size(), 1U);
  EXPECT_EQ(active->items[0].text, second->text);
  EXPECT_TRUE(active->items[0].is_active);

  const auto all = list.run({input_.user_id, false, {}});
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->items.size(), 2U);
  EXPECT_EQ(all->items[1].text, first->text);
  EXPECT_FALSE(all->items[1].is_active);
  EXPECT_EQ(list.run({Uuid{}, false, {}})->total, 0U);
}

TEST_F(PurchaseTokenTest, ListWithoutTheKeyShowsTheRest) {
  ASSERT_TRUE(purchase().has_value());
  sealer.has_key = false;
  const auto page = app::ListTokens{database, sealer, clock}.run({input_.user_id, true, {}});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->items.at(0).text, std::nullopt);
}

}  // namespace
}  // namespace zenzefi::test
