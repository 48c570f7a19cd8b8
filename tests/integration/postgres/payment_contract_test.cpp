// Payments, in PostgreSQL and in the fake.
#include "tests/integration/postgres/database_contract.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;
using domain::Money;

template <typename Subject>
class PaymentContract : public DatabaseContract<Subject> {};

TYPED_TEST_SUITE(PaymentContract, DatabaseSubjects);

TYPED_TEST(PaymentContract, GoesItsWayOnce) {
  using app::PaymentStatus;
  const app::PaymentKey key{"stripe", "cs_1"};
  const auto status = [&] {
    return this->in_transaction([&](Transaction& t) { return t.payments().lock(key); });
  };
  const auto insert = [&] {
    return this->in_transaction([&](Transaction& t) {
      return t.payments().insert({key, random_uuid(), "1000 eur", Money::from_cents(10'00)});
    });
  };
  EXPECT_EQ(status(), std::nullopt);
  EXPECT_TRUE(insert());
  EXPECT_FALSE(insert());
  EXPECT_EQ(status(), PaymentStatus::kPending);
  this->change([&](Transaction& t) { t.payments().set_held(key, "nobody's"); });
  this->change([&](Transaction& t) { t.payments().remove_pending(key); });
  EXPECT_EQ(status(), PaymentStatus::kHeld);
  this->change([&](Transaction& t) { t.payments().set_refunded(key); });
  EXPECT_EQ(status(), PaymentStatus::kRefunded);
  EXPECT_FALSE(insert());

  const app::PaymentKey other{"demo", "cs_1"};
  this->change([&](Transaction& t) {
    EXPECT_TRUE(t.payments().insert({other, std::nullopt, "1", std::nullopt}));
    t.payments().set_booked(other, random_uuid());
    EXPECT_EQ(t.payments().lock(other), PaymentStatus::kBooked);
  });
  const app::PaymentKey refused{"demo", "cs_2"};
  this->change([&](Transaction& t) { t.payments().insert({refused, std::nullopt, "1", {}}); });
  this->change([&](Transaction& t) { t.payments().remove_pending(refused); });
  this->change([&](Transaction& t) { EXPECT_EQ(t.payments().lock(refused), std::nullopt); });
}

}  // namespace
}  // namespace zenzefi::test
