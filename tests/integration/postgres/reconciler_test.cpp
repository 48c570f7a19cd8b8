#include "infra/postgres/reconciler.hpp"

#include <gtest/gtest.h>

#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {
namespace {

using infra::Discrepancy;

class Reconcile : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = migrated_database();
  infra::PostgresDatabase database_{settings_};
  Uuid user_ = add_user(database_, domain::Money::from_cents(20'00));
  domain::AccessToken token_ = add_token(database_, user_);

  Discrepancy only_one() {
    const auto found = infra::reconcile(settings_).value();
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? Discrepancy{} : found.front();
  }

  void refund(const std::string& amount) {
    ASSERT_EQ(attempt(settings_,
                      "INSERT INTO transactions (id, user_id, amount, transaction_type, "
                      "description, balance_after, token_id) VALUES (gen_random_uuid(), '" +
                          user_.to_string() + "', " + amount + ", 'refund', '', 0, '" +
                          token_.id.to_string() +
                          "'); UPDATE users SET currency_balance = "
                          "currency_balance + " +
                          amount),
              "");
  }

  void revoke(const std::string& used) {
    ASSERT_EQ(attempt(settings_,
                      "UPDATE access_tokens SET activated_at = date_trunc('second', now()) - "
                      "interval '" +
                          used + "', revoked_at = date_trunc('second', now())"),
              "");
  }
};

TEST_F(Reconcile, FindsNothingInBooksThatAreRight) {
  EXPECT_TRUE(infra::reconcile(settings_).value().empty());
  revoke("6 hours");
  refund("13.50");
  EXPECT_TRUE(infra::reconcile(settings_).value().empty());
}

TEST_F(Reconcile, FindsABalanceThatIsNotItsLedger) {
  ASSERT_EQ(attempt(settings_, "UPDATE users SET currency_balance = 3"), "");
  const Discrepancy found = only_one();
  EXPECT_EQ(found.kind, Discrepancy::Kind::kBalance);
  EXPECT_EQ(found.to_string(),
            "user " + user_.to_string() + ": balance is 3.00, its transactions add up to 2.00");
}

TEST_F(Reconcile, FindsATokenNobodyPaid) {
  ASSERT_EQ(attempt(settings_, "UPDATE access_tokens SET price_paid = 17"), "");
  const Discrepancy found = only_one();
  EXPECT_EQ(found.kind, Discrepancy::Kind::kPurchase);
  EXPECT_EQ(found.subject, token_.id);
  EXPECT_EQ(found.expected, "17.00");
  EXPECT_EQ(found.found, "18.00");
}

TEST_F(Reconcile, FindsARevocationWithoutItsRefund) {
  revoke("6 hours");
  const Discrepancy found = only_one();
  EXPECT_EQ(found.kind, Discrepancy::Kind::kRefund);
  EXPECT_EQ(found.expected, "13.50");
}

TEST_F(Reconcile, FindsARefundWithoutARevocation) {
  refund("1.00");
  EXPECT_EQ(only_one().kind, Discrepancy::Kind::kRefund);
}

TEST_F(Reconcile, FindsMoneyThatIsNeitherCreditedNorGivenBack) {
  const auto add = [&](const std::string& reference, const std::string& rest) {
    ASSERT_EQ(attempt(settings_,
                      "INSERT INTO payments (provider, reference, user_id, paid, credits, status, "
                      "reason, transaction_id, created_at) SELECT 'stripe', '" +
                          reference + "', '" + user_.to_string() + "', '1000 eur', 10, " + rest),
              "");
  };
  add("cs_1", "'pending', NULL, NULL, now() - interval '9 minutes'");
  add("cs_2", "'refunded', NULL, NULL, now() - interval '1 year'");
  EXPECT_TRUE(infra::reconcile(settings_).value().empty());

  add("cs_3", "'pending', NULL, NULL, now() - interval '1 hour'");
  add("cs_4", "'held', 'it is not in eur', NULL, now() - interval '59 minutes'");
  add("cs_5", "'booked', NULL, gen_random_uuid(), now() - interval '58 minutes'");
  const auto found = infra::reconcile(settings_).value();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].to_string(),
            "payment stripe cs_3: 1000 eur asked for, and nobody knows whether it was taken");
  EXPECT_EQ(found[1].to_string(), "payment stripe cs_4: 1000 eur held, because it is not in eur");
  EXPECT_EQ(found[2].to_string(), "payment stripe cs_5: 1000 eur credited, and not in the ledger");
}

TEST_F(Reconcile, FindsARefundThatCameInTwo) {
  revoke("6 hours");
  refund("13.00");
  refund("0.50");
  EXPECT_EQ(only_one().found, "13.50 in 2");
}

}  // namespace
}  // namespace zenzefi::test
