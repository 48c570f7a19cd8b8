#include "app/tokens/revoke_token.hpp"

#include "app/tokens/check_token.hpp"
#include "app/tokens/deliver_invalidations.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using app::DeliverInvalidations;
using app::RevokeToken;
using domain::ErrorCode;
using domain::Money;
using std::chrono::hours;
using std::chrono::seconds;

class RevokeTokenTest : public ServiceTest {
 protected:
  void SetUp() override {
    user_ = register_user_with(Money::from_cents(100'00));
    token_ = bought(user_, 24);
  }
  void TearDown() override { expect_ledger_agrees(); }

  domain::Result<RevokeToken::Output> revoke() { return revoke(user_, token_.id); }
  domain::Result<RevokeToken::Output> revoke(const Uuid& user_id, const Uuid& token_id) {
    return RevokeToken{database, cache, entropy, clock}.run({user_id, token_id});
  }
  void use() { ASSERT_TRUE(app::CheckToken(database, cache, clock).run(token_.hash).has_value()); }
  domain::Result<std::size_t> deliver() {
    return DeliverInvalidations{database, cache, clock}.run().map(
        &DeliverInvalidations::Output::delivered);
  }
  [[nodiscard]] bool has_tombstone(const TokenHash& hash) const {
    const auto record = cache.records.find(hash.hex());
    return record != cache.records.end() && std::holds_alternative<Tombstone>(record->second);
  }

  Uuid user_;
  domain::AccessToken token_;
};

TEST_F(RevokeTokenTest, UnusedTokenIsPaidBackWhole) {
  const auto output = revoke();
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->refund_amount, Money::from_cents(18'00));
  EXPECT_EQ(output->new_balance, Money::from_cents(100'00));
  EXPECT_EQ(balance(user_), Money::from_cents(100'00));
  EXPECT_EQ(stored(token_.id).revoked_at, clock.time);
  EXPECT_EQ(database.state.ledger.back().transaction_type, domain::TransactionType::kRefund);
  EXPECT_EQ(database.state.ledger.back().token_id, token_.id);
}

TEST_F(RevokeTokenTest, UsedTokenIsPaidBackByTheUnusedShare) {
  use();
  clock.time += hours{6};
  EXPECT_EQ(revoke()->refund_amount, Money::from_cents(13'50));
}

TEST_F(RevokeTokenTest, LastSecondGivesNothingAndBooksNothing) {
  use();
  clock.time += hours{24} - seconds{1};
  const auto output = revoke();
  ASSERT_TRUE(output.has_value());
  EXPECT_EQ(output->refund_amount, Money{});
  EXPECT_EQ(output->new_balance, Money::from_cents(82'00));
  EXPECT_EQ(database.state.ledger.size(), 2U);  // the deposit and the purchase
}

TEST_F(RevokeTokenTest, HappensOnce) {
  ASSERT_TRUE(revoke().has_value());
  EXPECT_EQ(code_of(revoke()), ErrorCode::kConflict);
  EXPECT_EQ(balance(user_), Money::from_cents(100'00));
}

TEST_F(RevokeTokenTest, ExpiredTokenIsNotRevoked) {
  use();
  clock.time += hours{24};
  EXPECT_EQ(code_of(revoke()), ErrorCode::kConflict);
  EXPECT_EQ(stored(token_.id).revoked_at, std::nullopt);
}

TEST_F(RevokeTokenTest, SomebodyElsesTokenDoesNotExist) {
  const Uuid eve = register_user("eve");
  const auto not_yours = revoke(eve, token_.id);
  const auto unknown = revoke(user_, Uuid{});
  const auto nobody = revoke(Uuid{}, token_.id);
  ASSERT_FALSE(not_yours.has_value() || unknown.has_value() || nobody.has_value());
  EXPECT_EQ(not_yours.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(not_yours.error(), unknown.error());
  EXPECT_EQ(not_yours.error(), nobody.error());
  EXPECT_EQ(stored(token_.id).revoked_at, std::nullopt);
}

TEST_F(RevokeTokenTest, TombstoneStandsBeforeTheAnswer) {
  use();
  ASSERT_TRUE(revoke().has_value());
  EXPECT_TRUE(has_tombstone(token_.hash));
  EXPECT_TRUE(database.state.outbox.empty());
}

// A fill can be held up for as long as it likes: the tombstone stands until its grant would be
// over.
TEST_F(RevokeTokenTest, TombstoneStandsUntilTheTokenWouldHaveEnded) {
  use();
  const Timestamp end = clock.time + hours{24};
  clock.time += hours{6};
  ASSERT_TRUE(revoke().has_value());
  EXPECT_EQ(cache.tombstone_ends.at(token_.hash.hex()), end);
  EXPECT_EQ(cache.records.at(token_.hash.hex()), GrantRecord{Tombstone{clock.time}});
}

TEST_F(RevokeTokenTest, TombstoneOfAnUnusedTokenStandsForItsWholeDuration) {
  ASSERT_TRUE(revoke().has_value());
  EXPECT_EQ(cache.tombstone_ends.at(token_.hash.hex()), clock.time + hours{24});
}

TEST_F(RevokeTokenTest, WhatIsDeliveredLateStandsAsLong) {
  use();
  const Timestamp end = clock.time + hours{24};
  cache.is_down = true;
  ASSERT_TRUE(revoke().has_value());
  const PreciseTimestamp since = database.state.outbox.front().since;
  clock.time += hours{1};
  cache.is_down = false;
  EXPECT_EQ(deliver(), 1U);
  EXPECT_EQ(cache.tombstone_ends.at(token_.hash.hex()), end);
  EXPECT_EQ(cache.records.at(token_.hash.hex()), GrantRecord{Tombstone{since}});
}

TEST_F(RevokeTokenTest, WhatRedisMissedStaysInTheOutbox) {
  use();
  cache.is_down = true;
  ASSERT_TRUE(revoke().has_value());
  EXPECT_EQ(database.state.outbox.size(), 1U);
  EXPECT_EQ(code_of(deliver()), ErrorCode::kUnavailable);
  EXPECT_EQ(database.state.outbox.size(), 1U);

  cache.is_down = false;
  EXPECT_EQ(deliver(), 1U);
  EXPECT_TRUE(has_tombstone(token_.hash));
  EXPECT_TRUE(database.state.outbox.empty());
  EXPECT_EQ(deliver(), 0U);
}

TEST_F(RevokeTokenTest, FailedRevocationAnnouncesNothing) {
  use();
  clock.time += hours{24};
  EXPECT_FALSE(revoke().has_value());
  EXPECT_FALSE(has_tombstone(token_.hash));
  EXPECT_TRUE(database.state.outbox.empty());
}

TEST_F(RevokeTokenTest, DeliveryKeepsWhatRedisDidNotConfirm) {
  cache.is_down = true;
  const domain::AccessToken second = bought(user_, 1);
  const domain::AccessToken third = bought(user_, 1);
  for (const Uuid& id : {token_.id, second.id, third.id}) {
    ASSERT_TRUE(revoke(user_, id).has_value());
  }
  cache.is_down = false;
  cache.puts_until_down = 2;
  EXPECT_EQ(deliver(), 2U);
  EXPECT_TRUE(has_tombstone(second.hash));
  EXPECT_FALSE(has_tombstone(third.hash));
  ASSERT_EQ(database.state.outbox.size(), 1U);
  EXPECT_EQ(database.state.outbox.front().hash, third.hash);
}

TEST_F(RevokeTokenTest, DeliveryTakesABatchAtATime) {
  for (std::size_t i = 0; i < DeliverInvalidations::kBatch + 1; ++i) {
    TokenHash hash;
    hash.bytes[0] = static_cast<std::uint8_t>(i);
    database.state.outbox.push_back({static_cast<std::int64_t>(i), hash, clock.time});
  }
  EXPECT_EQ(deliver(), DeliverInvalidations::kBatch);
  EXPECT_EQ(deliver(), 1U);
}

}  // namespace
}  // namespace zenzefi::test
