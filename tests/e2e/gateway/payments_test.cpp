// Credits that are paid for at a checkout page, which tells the service over its web hook.
#include <gtest/gtest.h>

#include <ctime>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/stripe.hpp"

namespace zenzefi::test {
namespace {

constexpr auto kSecret = "whsec_end-to-end-7f3a9c";
constexpr auto kCompleted = "checkout.session.completed";
constexpr auto kPaidLater = "checkout.session.async_payment_succeeded";

class PaymentsTest : public testing::Test {
 protected:
  [[nodiscard]] HttpResponse notify(const std::string& body, const std::string& secret = kSecret) {
    return HttpClient{}.post_json(
        stack_.url("/api/v1/payments/webhook"), body,
        {"Stripe-Signature: " + stripe_signature(secret, body, std::time(nullptr))});
  }

  Stack stack_{
      {.auth_settings = {{"PAYMENT_PROVIDER", "stripe"}, {"STRIPE_WEBHOOK_SECRET", kSecret}}}};
  Account account_{stack_, "0"};
};

TEST_F(PaymentsTest, EachIsCreditedOnceOrHeldUntilItIsGivenBack) {
  const auto charge =
      account_.post("/currency/purchase", R"({"amount":5,"payment_method":"card"})");
  EXPECT_EQ(charge.status, 503) << charge.body;
  EXPECT_NE(charge.body.find("checkout page"), std::string::npos) << charge.body;

  // In both events and any number of copies at once.
  const StripeSession session{.id = "cs_1", .client_reference_id = account_.id()};
  const auto statuses = concurrently(8, [&](std::size_t i) {
    return notify(stripe_event(session, i % 2 == 0 ? kCompleted : kPaidLater)).status;
  });
  EXPECT_EQ(statuses, std::vector<int>(8, 200));
  EXPECT_EQ(account_.balance(), "10.00");
  EXPECT_EQ(Json{account_.get("/currency/transactions").body}.integer("/total"), 1);

  // Larger than what clients may send: the body reaches the service to the byte.
  const std::string padding = R"({"padding":")" + std::string(40'000, 'x') + R"(",)";
  EXPECT_EQ(
      notify(padding + stripe_event({.id = "cs_2", .client_reference_id = account_.id()}).substr(1))
          .status,
      200);
  EXPECT_EQ(account_.balance(), "20.00");

  const std::string forged = stripe_event({.id = "cs_3", .client_reference_id = account_.id()});
  EXPECT_EQ(notify(forged, "whsec_somebody-elses").status, 400);
  EXPECT_EQ(HttpClient{}.post_json(stack_.url("/api/v1/payments/webhook"), forged).status, 400);
  EXPECT_EQ(
      notify(stripe_event({.id = "cs_4", .client_reference_id = account_.id()}, "customer.created"))
          .status,
      200);
  EXPECT_EQ(account_.balance(), "20.00");
  expect_ledger_adds_up(stack_);

  stack_.nginx().expect_error("client intended to send too large");
  EXPECT_EQ(notify(std::string(70'000, ' ')).status, 413);

  // Money for nobody.
  EXPECT_EQ(notify(stripe_event({.id = "cs_5", .client_reference_id = "nobody"})).status, 200);
  EXPECT_EQ(stack_.auth.command({"reconcile"}).output,
            "payment stripe cs_5: 1000 eur held, because it names no account of ours\n"
            "ledger, balances, payments and tokens differ\n");
  EXPECT_EQ(stack_.auth.command({"payments", "refunded", "stripe", "cs_1"}).status, 1)
      << "it was credited";
  EXPECT_EQ(stack_.auth.command({"payments", "refunded", "stripe", "cs_5"}).status, 0);
  expect_ledger_adds_up(stack_);
  EXPECT_EQ(stack_.auth.command({"audit", "verify"}).status, 0);
}

}  // namespace
}  // namespace zenzefi::test
