#include "infra/payment/stripe_checkout.hpp"

#include <gtest/gtest.h>

#include "infra/payment/stripe_signature.hpp"
#include "tests/support/stripe.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using domain::Money;
using infra::is_signed;
using infra::StripeCheckout;

constexpr std::int64_t kNow = 1'760'486'400;
constexpr auto kSecret = "whsec_0123456789abcdef";

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override {
    return Timestamp{std::chrono::seconds{kNow}};
  }
};

TEST(StripeSignature, IsOverTimeAndBody) {
  const Timestamp now{std::chrono::seconds{kNow}};
  const std::string body = R"({"id": "evt_1"})";
  const std::string right = stripe_signature(kSecret, body, kNow);
  EXPECT_TRUE(is_signed(right, body, kSecret, now));
  EXPECT_FALSE(is_signed(right, body + " ", kSecret, now));
  EXPECT_FALSE(is_signed(right, body, "another secret", now));
  const std::string v1 = stripe_v1(kSecret, body, kNow);
  EXPECT_FALSE(is_signed("t=" + std::to_string(kNow + 1) + ",v1=" + v1, body, kSecret, now));
  EXPECT_FALSE(is_signed("t=" + std::to_string(kNow) + ",v0=" + v1, body, kSecret, now));
}

TEST(StripeSignature, HasAKnownValue) {
  // printf '%s' '1760486400.{}' | openssl dgst -sha256 -hmac whsec_0123456789abcdef
  EXPECT_TRUE(
      is_signed("t=1760486400,v1=1ed8f4f314db00a9242bad2e003a437746f793a532f8241b938cb912ce393999",
                "{}", kSecret, FixedClock{}.now()));
}

TEST(StripeSignature, IsGoodForFiveMinutes) {
  const Timestamp now{std::chrono::seconds{kNow}};
  const auto signed_at = [&](std::int64_t time) {
    return is_signed(stripe_signature(kSecret, "{}", time), "{}", kSecret, now);
  };
  EXPECT_TRUE(signed_at(kNow - 300));
  EXPECT_FALSE(signed_at(kNow - 301));
  EXPECT_TRUE(signed_at(kNow + 300));
  EXPECT_FALSE(signed_at(kNow + 301));
}

TEST(StripeSignature, AnyOfSeveralMayFit) {
  const Timestamp now{std::chrono::seconds{kNow}};
  const std::string time = "t=" + std::to_string(kNow);
  const std::string right = ",v1=" + stripe_v1(kSecret, "{}", kNow);
  const std::string other = ",v1=" + stripe_v1("the secret before", "{}", kNow);
  EXPECT_TRUE(is_signed(time + other + right, "{}", kSecret, now));
  EXPECT_TRUE(is_signed(time + right + other, "{}", kSecret, now));
  EXPECT_FALSE(is_signed(time + other + other, "{}", kSecret, now));
}

TEST(StripeSignature, WhatIsNoneFitsNothing) {
  const Timestamp now{std::chrono::seconds{kNow}};
  const std::string v1 = stripe_v1(kSecret, "{}", kNow);
  for (const std::string& header :
       {std::string{}, std::string{","}, std::string{"t="}, "v1=" + v1, "t=x,v1=" + v1,
        "t=1760486400x,v1=" + v1, "t=99999999999999999999,v1=" + v1,
        "t=1760486400,v1=" + v1.substr(1), std::string{"t=1760486400,v1="}}) {
    EXPECT_FALSE(is_signed(header, "{}", kSecret, now)) << header;
  }
}

class StripeCheckoutTest : public testing::Test {
 protected:
  [[nodiscard]] auto read(const std::string& body) const {
    const StripeCheckout stripe{options_, clock_};
    return stripe.read({stripe_signature(kSecret, body, kNow), body});
  }
  [[nodiscard]] app::ReceivedPayment received(const StripeSession& session) const {
    const auto payment = read(stripe_event(session));
    EXPECT_TRUE(payment.has_value() && payment->has_value());
    return payment.value().value();
  }

  FixedClock clock_;
  infra::StripeOptions options_{.webhook_secret = kSecret};
  StripeSession session_{.client_reference_id = "0b9f0c1e-7a3c-4a0e-9d2b-111111111111"};
};

TEST_F(StripeCheckoutTest, ReadsAPaidSession) {
  const auto payment = received(session_);
  EXPECT_EQ(payment.reference, "cs_test_1");
  EXPECT_EQ(payment.user_id, Uuid::parse(session_.client_reference_id));
  EXPECT_EQ(payment.credits, Money::from_cents(10'00));
  EXPECT_EQ(payment.paid, "1000 eur");
  EXPECT_EQ(payment.problem, "");
}

TEST_F(StripeCheckoutTest, ConvertsHalfEven) {
  options_.credits_per_hundred = Money::from_cents(50);
  session_.amount_total = 1001;
  EXPECT_EQ(received(session_).credits, Money::from_cents(5'00));
  session_.amount_total = 1003;
  EXPECT_EQ(received(session_).credits, Money::from_cents(5'02));
}

TEST_F(StripeCheckoutTest, SaysWhyMoneyBuysNothing) {
  session_.currency = "usd";
  EXPECT_EQ(received(session_).problem, "it is not in eur");
  session_.currency = "eur";
  session_.amount_total = 0;
  EXPECT_EQ(received(session_).problem, "its amount cannot be read");
  session_.amount_total = 1;
  options_.credits_per_hundred = Money::from_cents(1);
  EXPECT_EQ(received(session_).problem, "it is too little for 0.01 credits");
  session_.client_reference_id = "somebody";
  EXPECT_EQ(received(session_).user_id, std::nullopt);
}

TEST_F(StripeCheckoutTest, MoneyThatComesLaterIsReadWhenItComes) {
  EXPECT_TRUE(
      read(stripe_event(session_, "checkout.session.async_payment_succeeded")).value().has_value());
  session_.payment_status = "unpaid";
  EXPECT_FALSE(read(stripe_event(session_)).value().has_value());
}

TEST_F(StripeCheckoutTest, IgnoresWhatIsNoPayment) {
  for (const std::string& body :
       {stripe_event(session_, "checkout.session.expired"),
        stripe_event(session_, "charge.refunded"), std::string{"{}"},
        std::string{R"({"type":"checkout.session.completed","data":[]})"}}) {
    EXPECT_FALSE(read(body).value().has_value()) << body;
  }
}

TEST_F(StripeCheckoutTest, RefusesWhatItCannotRead) {
  session_.id = "";
  const std::string nested(20'000, '[');
  for (const std::string& body :
       {std::string{}, std::string{"[]"}, std::string{"{"}, nested, stripe_event(session_)}) {
    EXPECT_EQ(read(body).error().code, ErrorCode::kRuleViolated) << body;
  }
}

TEST_F(StripeCheckoutTest, ChargesNobody) {
  StripeCheckout stripe{options_, clock_};
  EXPECT_EQ(stripe.accepts_charges().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(stripe.charge({}, {}, "card", "1").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(stripe.refund("1").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace zenzefi::test
