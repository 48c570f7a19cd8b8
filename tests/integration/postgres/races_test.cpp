// The use cases against themselves: what must hold under any concurrency, on a real PostgreSQL.
#include <algorithm>
#include <set>

#include "app/credits/purchase_credits.hpp"
#include "tests/integration/postgres/two_instances.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using domain::Money;

class Races : public TwoInstances {};

TEST_F(Races, TwoHundredPurchasesWithMoneyForSeven) {
  const Uuid user = add_user(database_, Money::from_cents(143'99));
  const auto bought = concurrently(200, [&](std::size_t i) -> std::optional<ErrorCode> {
    const auto result = buy(i, user);
    return result ? std::nullopt : std::optional{result.error().code};
  });
  EXPECT_EQ(std::count(bought.begin(), bought.end(), std::nullopt), 7);
  EXPECT_EQ(std::count(bought.begin(), bought.end(), ErrorCode::kInsufficientBalance), 193);
  EXPECT_EQ(balance(), "17.99");
  EXPECT_EQ(count("access_tokens"), "7");
  EXPECT_EQ(count("transactions"), "8");
}

TEST_F(Races, FiftyRevocationsOfOneToken) {
  const Uuid user = add_user(database_, Money::from_cents(18'00));
  const auto token = add_token(database_, user);
  const auto revoked = concurrently(50, [&](std::size_t i) -> std::optional<ErrorCode> {
    const auto result = revoke(i, user, token.id);
    return result ? std::nullopt : std::optional{result.error().code};
  });
  EXPECT_EQ(std::count(revoked.begin(), revoked.end(), std::nullopt), 1);
  EXPECT_EQ(std::count(revoked.begin(), revoked.end(), ErrorCode::kConflict), 49);
  EXPECT_EQ(balance(), "18.00");
  EXPECT_EQ(count("transactions WHERE transaction_type = 'refund'"), "1");
  EXPECT_EQ(count("outbox"), "0") << "delivered";
}

TEST_F(Races, FiftyFirstUsesOfOneToken) {
  const Uuid user = add_user(database_, Money::from_cents(18'00));
  const auto token = add_token(database_, user);
  const auto ends = concurrently(
      50, [&](std::size_t i) { return std::get<Grant>(check(i, token.hash).value()).expires_at; });
  EXPECT_EQ(std::set(ends.begin(), ends.end()).size(), 1U) << "the clock started once";
}

TEST_F(Races, FirstUsesAgainstARevocation) {
  const Uuid user = add_user(database_, Money::from_cents(360'00));
  for (int round = 0; round < 20; ++round) {
    const auto token = add_token(database_, user);
    concurrently(5, [&](std::size_t i) {
      if (i == 2) {
        EXPECT_TRUE(revoke(i, user, token.id));
      } else {
        EXPECT_TRUE(check(i, token.hash));
      }
      return true;
    });
    EXPECT_TRUE(std::holds_alternative<Tombstone>(cache_.records().at(token.hash.hex())))
        << "a fill from before the revocation stands after it";
    EXPECT_TRUE(std::holds_alternative<app::Refusal>(check(0, token.hash).value()));
  }
}

TEST_F(Races, CopiesOfATokenPurchaseWithOneKeyChargeOnce) {
  const Uuid user = add_user(database_, Money::from_cents(100'00));
  const auto tokens =
      concurrently(40, [&](std::size_t i) { return buy(i, user, "one-key").value().text; });
  EXPECT_EQ(std::set(tokens.begin(), tokens.end()).size(), 1U) << "the same answer for all";
  EXPECT_EQ(balance(), "82.00");
  EXPECT_EQ(count("access_tokens"), "1");
}

TEST_F(Races, CopiesOfACreditPurchaseWithOneKeyChargeOnce) {
  const Uuid user = add_user(database_);
  const auto entries = concurrently(40, [&](std::size_t i) {
    return app::PurchaseCredits{instance(i), provider_, entropy_, clock_}
        .run({.user_id = user,
              .amount = Money::from_cents(25'00),
              .payment_method = "card",
              .idempotency_key = "one-key"})
        .value()
        .id;
  });
  EXPECT_EQ(std::set(entries.begin(), entries.end()).size(), 1U);
  EXPECT_EQ(provider_.payments(), 1U);
  EXPECT_EQ(balance(), "25.00");
}

TEST_F(Races, EverythingAtOnce) {
  const Uuid user = add_user(database_, Money::from_cents(5 * 18'00));
  concurrently(24, [&](std::size_t i) {
    for (int round = 0; round < 5; ++round) {
      const auto bought = buy(i, user);
      if (!bought) {
        EXPECT_EQ(bought.error().code, ErrorCode::kInsufficientBalance);
        continue;
      }
      if (i % 3 == 0) {
        EXPECT_TRUE(check(i, bought->token.hash));
      }
      EXPECT_TRUE(revoke(i + 1, user, bought->token.id));
    }
    return true;
  });
  EXPECT_EQ(count("outbox"), "0");
}

}  // namespace
}  // namespace zenzefi::test
