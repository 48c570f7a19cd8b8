#include "app/credits/get_balance.hpp"
#include "app/credits/list_transactions.hpp"
#include "app/credits/note_refund.hpp"
#include "domain/validation.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::PaymentStatus;
using app::PurchaseCredits;
using domain::ErrorCode;
using domain::Money;

class CreditsTest : public ServiceTest {
 protected:
  void SetUp() override { input_ = {register_user("ada"), Money::from_cents(25'50), "card", {}}; }
  void TearDown() override { expect_ledger_agrees(); }

  domain::Result<domain::LedgerEntry> purchase() {
    return PurchaseCredits{database, provider, entropy, clock}.run(input_);
  }

  const StoredPayment& only_payment() {
    EXPECT_EQ(database.state.payments.size(), 1U);
    return database.state.payments.begin()->second;
  }

  PurchaseCredits::Input input_;
};

TEST_F(CreditsTest, AreBookedOncePaid) {
  const auto entry = purchase();
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->amount, Money::from_cents(25'50));
  EXPECT_EQ(entry->balance_after, Money::from_cents(25'50));
  EXPECT_EQ(entry->transaction_type, domain::TransactionType::kDeposit);
  EXPECT_EQ(app::GetBalance{database}.run(input_.user_id), Money::from_cents(25'50));
  EXPECT_EQ(provider.payments,
            (std::map<std::string, Money>{{entry->id.to_string(), input_.amount}}));
}

TEST_F(CreditsTest, AreNotBookedWithoutAPayment) {
  provider.is_down = true;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kUnavailable);
  EXPECT_EQ(balance(input_.user_id), Money{});
}

TEST_F(CreditsTest, AreHeldAgainstTheirRules) {
  const PurchaseCredits::Input good = input_;
  const auto code_with = [&](auto change) {
    input_ = good;
    change(input_);
    return code_of(purchase());
  };
  EXPECT_EQ(code_with([](auto& i) { i.amount = Money{}; }), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_with([](auto& i) { i.amount = Money::from_cents(-1); }), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_with([](auto& i) { i.amount = Money::from_cents(100'000'01); }),
            ErrorCode::kRuleViolated);
  EXPECT_EQ(code_with([](auto& i) { i.payment_method = ""; }), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_with([](auto& i) { i.idempotency_key = ""; }), ErrorCode::kRuleViolated);
  EXPECT_EQ(code_with([](auto& i) { i.user_id = Uuid{}; }), ErrorCode::kNotFound);
  EXPECT_TRUE(provider.payments.empty());
}

TEST_F(CreditsTest, TakeNoMoneyThatCouldNotBeBooked) {
  database.state.users.at(input_.user_id).currency_balance = domain::kMaxBalance;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kRuleViolated);
  EXPECT_TRUE(provider.payments.empty());
  database.state.users.at(input_.user_id).currency_balance = Money{};
}

TEST_F(CreditsTest, PaymentThatCannotBeBookedAnyMoreIsGivenBack) {
  input_.idempotency_key = "k1";
  const auto fill = [&](Money balance) {
    database.state.users.at(input_.user_id).currency_balance = balance;
  };
  provider.after_charge = [&] { fill(domain::kMaxBalance); };
  EXPECT_EQ(code_of(purchase()), ErrorCode::kRuleViolated);
  EXPECT_TRUE(provider.payments.empty());
  EXPECT_EQ(provider.refunded.size(), 1U);
  EXPECT_EQ(only_payment().status, PaymentStatus::kRefunded);

  fill(Money{});
  EXPECT_EQ(code_of(purchase()), ErrorCode::kConflict) << "the key has had its payment";
  EXPECT_TRUE(provider.payments.empty());
}

TEST_F(CreditsTest, PaymentThatCannotBeGivenBackIsHeld) {
  provider.after_charge = [&] {
    database.state.users.at(input_.user_id).currency_balance = domain::kMaxBalance;
    provider.is_down = true;
  };
  EXPECT_EQ(code_of(purchase()), ErrorCode::kRuleViolated);
  EXPECT_EQ(only_payment().status, PaymentStatus::kHeld);
  EXPECT_FALSE(only_payment().reason.empty());
  EXPECT_EQ(provider.payments.size(), 1U);

  const app::PaymentKey key = only_payment().payment.key;
  ASSERT_TRUE(app::NoteRefund{database}.run(key).has_value());
  EXPECT_EQ(only_payment().status, PaymentStatus::kRefunded);
  EXPECT_EQ(code_of(app::NoteRefund{database}.run(key)), ErrorCode::kConflict);
  EXPECT_EQ(code_of(app::NoteRefund{database}.run({"fake", "other"})), ErrorCode::kNotFound);
  database.state.users.at(input_.user_id).currency_balance = Money{};
}

TEST_F(CreditsTest, ChargeThatWasRefusedLeavesNothing) {
  provider.refusal = domain::Error{ErrorCode::kRuleViolated, "The card was declined"};
  EXPECT_EQ(code_of(purchase()), ErrorCode::kRuleViolated);
  EXPECT_TRUE(database.state.payments.empty());
}

TEST_F(CreditsTest, ChargeNobodyKnowsTheOutcomeOfStaysOnRecord) {
  provider.is_down = true;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kUnavailable);
  EXPECT_EQ(only_payment().status, PaymentStatus::kPending);
}

TEST_F(CreditsTest, ProviderThatTakesNoChargesIsNotAsked) {
  provider.takes_charges = false;
  input_.idempotency_key = "k1";
  EXPECT_EQ(code_of(purchase()), ErrorCode::kUnavailable);
  EXPECT_TRUE(database.state.payments.empty());
  EXPECT_TRUE(database.state.idempotency_keys.empty());
}

TEST_F(CreditsTest, SameKeyPaysOnceAndAnswersAlike) {
  input_.idempotency_key = "k1";
  const auto first = purchase();
  clock.time += app::kIdempotencyKeyLifetime - std::chrono::seconds{1};
  const auto second = purchase();
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->balance_after, first->balance_after);
  EXPECT_EQ(second->created_at, first->created_at);
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(25'50));
  EXPECT_EQ(provider.payments.size(), 1U);
}

TEST_F(CreditsTest, KeyIsFreeAgainAfterADay) {
  input_.idempotency_key = "k1";
  ASSERT_TRUE(purchase().has_value());
  clock.time += app::kIdempotencyKeyLifetime;
  ASSERT_TRUE(purchase().has_value());
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(51'00));
  EXPECT_EQ(provider.payments.size(), 2U);
}

TEST_F(CreditsTest, SameKeyForAnotherRequestIsAConflict) {
  input_.idempotency_key = "k1";
  ASSERT_TRUE(purchase().has_value());
  input_.amount = Money::from_cents(25'51);
  EXPECT_EQ(code_of(purchase()), ErrorCode::kConflict);
  input_.amount = Money::from_cents(25'50);
  input_.payment_method = "wire";
  EXPECT_EQ(code_of(purchase()), ErrorCode::kConflict);
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(25'50));
}

TEST_F(CreditsTest, KeysOfTwoPeopleAreTwoKeys) {
  input_.idempotency_key = "k1";
  ASSERT_TRUE(purchase().has_value());
  input_.user_id = register_user("eve");
  EXPECT_TRUE(purchase().has_value());
  EXPECT_EQ(provider.payments.size(), 2U);
}

TEST_F(CreditsTest, PaymentWhoseBookingFailedIsBookedByTheRetry) {
  input_.idempotency_key = "k1";
  provider.after_charge = [&] { database.is_down = true; };
  EXPECT_EQ(code_of(purchase()), ErrorCode::kUnavailable);
  EXPECT_EQ(provider.payments.size(), 1U);
  provider.after_charge = nullptr;
  database.is_down = false;
  ASSERT_TRUE(purchase().has_value());
  EXPECT_EQ(balance(input_.user_id), Money::from_cents(25'50));
  EXPECT_EQ(provider.payments.size(), 1U);
}

TEST_F(CreditsTest, ProviderThatWasAwayIsAskedAgainUnderTheSameReference) {
  input_.idempotency_key = "k1";
  provider.is_down = true;
  EXPECT_EQ(code_of(purchase()), ErrorCode::kUnavailable);
  provider.is_down = false;
  ASSERT_TRUE(purchase().has_value());
  ASSERT_TRUE(purchase().has_value());
  EXPECT_EQ(provider.payments.size(), 1U);
}

TEST_F(CreditsTest, TransactionsAreListedNewestFirst) {
  for (int cents = 1; cents <= 5; ++cents) {
    input_.amount = Money::from_cents(cents);
    ASSERT_TRUE(purchase().has_value());
  }
  const auto page = app::ListTransactions{database}.run(input_.user_id, {2, 1});
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->total, 5U);
  ASSERT_EQ(page->items.size(), 2U);
  EXPECT_EQ(page->items[0].amount, Money::from_cents(4));
  EXPECT_EQ(page->items[1].amount, Money::from_cents(3));
}

}  // namespace
}  // namespace zenzefi::test
