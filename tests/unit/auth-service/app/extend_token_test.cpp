#include "app/tokens/extend_token.hpp"

#include "app/tokens/check_token.hpp"
#include "app/tokens/deliver_invalidations.hpp"
#include "app/tokens/revoke_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::ExtendToken;
using domain::ErrorCode;
using domain::Money;
using std::chrono::hours;
using std::chrono::seconds;

class ExtendTokenTest : public ServiceTest {
 protected:
  void SetUp() override {
    user_ = register_user_with(Money::from_cents(100'00));
    token_ = bought(user_, 24);
  }
  void TearDown() override { expect_ledger_agrees(); }

  domain::Result<ExtendToken::Output> extend(std::uint32_t added,
                                             std::optional<std::string> key = std::nullopt) {
    return extend(user_, token_.id, added, std::move(key));
  }
  domain::Result<ExtendToken::Output> extend(const Uuid& user_id, const Uuid& token_id,
                                             std::uint32_t added,
                                             std::optional<std::string> key = std::nullopt) {
    return ExtendToken{database, cache, sealer, entropy, prices, clock}.run(
        {user_id, token_id, added, std::move(key)});
  }
  void use() { ASSERT_TRUE(app::CheckToken(database, cache, clock).run(token_.hash).has_value()); }
  auto revoke() {
    return app::RevokeToken{database, cache, entropy, clock}.run({user_, token_.id});
  }
  domain::Result<std::size_t> deliver() {
    using app::DeliverInvalidations;
    return DeliverInvalidations{database, cache, clock}.run().map(
        &DeliverInvalidations::Output::delivered);
  }
  [[nodiscard]] Timestamp cached_end() const {
    return std::get<Grant>(cache.records.at(token_.hash.hex())).expires_at;
  }

  Uuid user_;
  domain::AccessToken token_;
};

TEST_F(ExtendTokenTest, AddsToTimeAndPrice) {
  const auto output = extend(12);
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->token.duration_hours, 36U);
  EXPECT_EQ(output->cost, Money::from_cents(10'00));
  EXPECT_TRUE(output->text.has_value());
  EXPECT_EQ(stored(token_.id).duration_hours, 36U);
  EXPECT_EQ(stored(token_.id).price_paid, Money::from_cents(28'00));
  EXPECT_EQ(balance(user_), Money::from_cents(72'00));
  const domain::LedgerEntry& entry = database.state.ledger.back();
  EXPECT_EQ(entry.transaction_type, domain::TransactionType::kPurchase);
  EXPECT_EQ(entry.amount, Money::from_cents(-10'00));
  EXPECT_EQ(entry.token_id, token_.id);
}

TEST_F(ExtendTokenTest, MovesTheEndOfARunningToken) {
  use();
  const Timestamp end = clock.time + hours{24};
  ASSERT_EQ(cached_end(), end);
  clock.time += hours{20};
  const auto output = extend(12);
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->token.expires_at(), end + hours{12});
  EXPECT_EQ(cached_end(), end + hours{12});
  EXPECT_TRUE(database.state.outbox.empty());
}

TEST_F(ExtendTokenTest, TellsRedisNothingBeforeTheFirstUse) {
  ASSERT_TRUE(extend(12).has_value());
  EXPECT_TRUE(cache.records.empty());
  EXPECT_TRUE(database.state.outbox.empty());
  use();
  EXPECT_EQ(cached_end(), clock.time + hours{36});
}

TEST_F(ExtendTokenTest, AFillFromBeforeItDoesNotStay) {
  use();
  const Grant before = std::get<Grant>(cache.records.at(token_.hash.hex()));
  ASSERT_TRUE(extend(12).has_value());
  ASSERT_TRUE(cache.put_if_absent(token_.hash, before).has_value());
  EXPECT_EQ(cached_end(), clock.time + hours{36});
  cache.records.clear();
  ASSERT_TRUE(cache.put_if_absent(token_.hash, before).has_value());
  ASSERT_TRUE(extend(1).has_value());
  EXPECT_EQ(cached_end(), clock.time + hours{37});
}

TEST_F(ExtendTokenTest, WhatRedisMissedIsDeliveredLater) {
  use();
  cache.is_down = true;
  ASSERT_TRUE(extend(12).has_value());
  ASSERT_EQ(database.state.outbox.size(), 1U);
  EXPECT_EQ(cached_end(), clock.time + hours{24});
  cache.is_down = false;
  EXPECT_EQ(deliver(), 1U);
  EXPECT_EQ(cached_end(), clock.time + hours{36});
  EXPECT_TRUE(database.state.outbox.empty());
}

TEST_F(ExtendTokenTest, AnnouncedLateItDoesNotUndoARevocation) {
  use();
  cache.is_down = true;
  ASSERT_TRUE(extend(12).has_value());
  ASSERT_TRUE(revoke().has_value());
  cache.is_down = false;
  EXPECT_EQ(deliver(), 2U);
  EXPECT_TRUE(std::holds_alternative<Tombstone>(cache.records.at(token_.hash.hex())));
  // Also when the tombstone has had its time before the extension is delivered.
  database.state.outbox.push_back({99, token_.hash, clock.time});
  cache.records.clear();
  EXPECT_EQ(deliver(), 1U);
  EXPECT_TRUE(std::holds_alternative<Tombstone>(cache.records.at(token_.hash.hex())));
}

TEST_F(ExtendTokenTest, IsRefundedWithTheRest) {
  use();
  ASSERT_TRUE(extend(24).has_value());
  clock.time += hours{12};
  EXPECT_EQ(revoke()->refund_amount, Money::from_cents(27'00)) << "36 of 48 hours for 36.00";
}

TEST_F(ExtendTokenTest, NotForAnExpiredOrRevokedToken) {
  use();
  clock.time += hours{24} - seconds{1};
  ASSERT_TRUE(extend(1).has_value()) << "in the last second";
  clock.time += hours{1} + seconds{1};
  EXPECT_EQ(code_of(extend(1)), ErrorCode::kConflict);
  token_ = bought(user_, 24);
  ASSERT_TRUE(revoke().has_value());
  EXPECT_EQ(code_of(extend(1)), ErrorCode::kConflict);
}

TEST_F(ExtendTokenTest, NeedsTheMoneyAndADurationOnSale) {
  EXPECT_EQ(code_of(extend(2)), ErrorCode::kRuleViolated);
  const auto poor = extend(168);
  ASSERT_FALSE(poor.has_value());
  EXPECT_EQ(poor.error().code, ErrorCode::kInsufficientBalance);
  EXPECT_EQ(poor.error().detail,
            "Insufficient balance. Required: 100.00 ZNC, Available: 82.00 ZNC");
  EXPECT_EQ(stored(token_.id).duration_hours, 24U);
}

TEST_F(ExtendTokenTest, LastsTenYearsAtMost) {
  database.state.tokens.back().duration_hours = domain::kMaxDurationHours - 12;
  EXPECT_EQ(code_of(extend(24)), ErrorCode::kRuleViolated);
  EXPECT_TRUE(extend(12).has_value());
}

TEST_F(ExtendTokenTest, SomebodyElsesTokenDoesNotExist) {
  const Uuid eve = register_user("eve");
  EXPECT_EQ(code_of(extend(eve, token_.id, 1)), ErrorCode::kNotFound);
  EXPECT_EQ(code_of(extend(user_, Uuid{}, 1)), ErrorCode::kNotFound);
}

TEST_F(ExtendTokenTest, NotForAnInactiveAccount) {
  database.state.users.at(user_).is_active = false;
  EXPECT_EQ(code_of(extend(1)), ErrorCode::kForbidden);
}

TEST_F(ExtendTokenTest, AKeyChargesOnceAndGivesTheFirstAnswerAgain) {
  const auto first = extend(12, "key");
  ASSERT_TRUE(first.has_value());
  use();
  ASSERT_TRUE(extend(1).has_value());
  ASSERT_TRUE(revoke().has_value());
  const auto again = extend(12, "key");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->token.duration_hours, 36U);
  EXPECT_EQ(again->token.expires_at(), std::nullopt) << "it was not in use then";
  EXPECT_EQ(again->cost, first->cost);
  EXPECT_EQ(again->text, first->text);
  EXPECT_EQ(code_of(extend(24, "key")), ErrorCode::kConflict);
  EXPECT_EQ(stored(token_.id).duration_hours, 37U);
}

}  // namespace
}  // namespace zenzefi::test
