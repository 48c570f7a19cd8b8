#include "app/credits/receive_payment.hpp"

#include "app/credits/get_balance.hpp"
#include "domain/validation.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::PaymentStatus;
using app::ReceivePayment;
using domain::ErrorCode;
using domain::Money;
using Outcome = ReceivePayment::Outcome;

class ReceivePaymentTest : public ServiceTest {
 protected:
  void SetUp() override {
    user_ = register_user("ada");
    provider.received = {.reference = "cs_1",
                         .user_id = user_,
                         .paid = "1000 eur",
                         .credits = Money::from_cents(10'00),
                         .problem = {}};
  }

  domain::Result<Outcome> receive(std::string_view signature = "signed") {
    return ReceivePayment{database, provider, entropy}.run({signature, "{}"});
  }
  [[nodiscard]] const StoredPayment& payment(const std::string& reference) const {
    return database.state.payments.at({"fake", reference});
  }

  Uuid user_;
};

TEST_F(ReceivePaymentTest, IsBookedOnceHoweverOftenItIsToldOf) {
  EXPECT_EQ(receive(), Outcome::kBooked);
  EXPECT_EQ(receive(), Outcome::kKnown);
  EXPECT_EQ(balance(user_), Money::from_cents(10'00));
  EXPECT_EQ(payment("cs_1").status, PaymentStatus::kBooked);
  ASSERT_EQ(database.state.ledger.size(), 1U);
  EXPECT_EQ(database.state.ledger.front().transaction_type, domain::TransactionType::kDeposit);
  provider.received->reference = "cs_2";
  EXPECT_EQ(receive(), Outcome::kBooked);
  EXPECT_EQ(balance(user_), Money::from_cents(20'00));
  expect_ledger_agrees();
}

TEST_F(ReceivePaymentTest, NeedsASignature) {
  EXPECT_EQ(code_of(receive("")), ErrorCode::kRuleViolated);
  EXPECT_TRUE(database.state.payments.empty());
}

TEST_F(ReceivePaymentTest, IgnoresWhatIsNoMoney) {
  provider.received.reset();
  EXPECT_EQ(receive(), Outcome::kIgnored);
  EXPECT_TRUE(database.state.payments.empty());
}

TEST_F(ReceivePaymentTest, HoldsMoneyItCannotBook) {
  provider.received->problem = "it is not in eur";
  EXPECT_EQ(receive(), Outcome::kHeld);
  EXPECT_EQ(payment("cs_1").reason, "it is not in eur");

  provider.received = {.reference = "cs_2",
                       .user_id = Uuid{},
                       .paid = "1",
                       .credits = Money::from_cents(1),
                       .problem = {}};
  EXPECT_EQ(receive(), Outcome::kHeld);
  provider.received->reference = "cs_3";
  provider.received->user_id.reset();
  EXPECT_EQ(receive(), Outcome::kHeld);
  EXPECT_EQ(receive(), Outcome::kKnown) << "and only once";

  database.state.users.at(user_).currency_balance = domain::kMaxBalance;
  provider.received->reference = "cs_4";
  provider.received->user_id = user_;
  EXPECT_EQ(receive(), Outcome::kHeld);
  EXPECT_EQ(payment("cs_4").status, PaymentStatus::kHeld);
  EXPECT_TRUE(database.state.ledger.empty());
}

TEST_F(ReceivePaymentTest, IsToldAgainWhenTheDatabaseWasAway) {
  database.is_down = true;
  EXPECT_EQ(code_of(receive()), ErrorCode::kUnavailable);
  database.is_down = false;
  EXPECT_EQ(receive(), Outcome::kBooked);
}

}  // namespace
}  // namespace zenzefi::test
