#include "infra/redis/redis_grant_cache.hpp"

#include <array>

#include "redis_fixture.hpp"
#include "shared/clock.hpp"
#include "shared/keys.hpp"

namespace zenzefi::infra {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::await;
using test::RedisServer;

TokenHash hash_of(std::uint8_t byte) {
  TokenHash hash;
  hash.bytes.fill(byte);
  return hash;
}

app::RevokedToken revoked(std::uint8_t byte, seconds time_left = seconds{3600}) {
  return {hash_of(byte), SystemClock{}.now() + time_left};
}

Grant grant_for(seconds time_left) {
  Grant grant;
  grant.user_id.bytes.fill(1);
  grant.token_id.bytes.fill(2);
  grant.expires_at = SystemClock{}.now() + time_left;
  grant.duration_hours = 24;
  return grant;
}

class RedisGrantCacheTest : public RedisTest {
 protected:
  [[nodiscard]] std::optional<GrantRecord> record(std::uint8_t byte) const {
    const auto json = redis_.get(active_token_key(hash_of(byte)));
    return json ? parse_grant_record(*json) : std::nullopt;
  }

  [[nodiscard]] bool is_revoked(std::uint8_t byte) const {
    const auto found = record(byte);
    return found && std::holds_alternative<Tombstone>(*found);
  }

  domain::Result<void> bury(const app::RevokedToken& token) {
    return cache_.put_tombstones(std::span{&token, 1});
  }

  [[nodiscard]] long long time_to_live(std::uint8_t byte) const {
    return redis_.command({"TTL", active_token_key(hash_of(byte))}).integer;
  }

  RedisServer redis_;
  RedisGrantCache cache_{options_for(redis_)};
};

TEST_F(RedisGrantCacheTest, AGrantLivesAsLongAsItsToken) {
  const Grant grant = grant_for(seconds{3600});
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant).has_value());
  EXPECT_EQ(record(1), GrantRecord{grant});
  EXPECT_GE(time_to_live(1), 3598);
  EXPECT_LE(time_to_live(1), 3600);
}

TEST_F(RedisGrantCacheTest, AnExpiredGrantIsNotThere) {
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{-1})).has_value());
  EXPECT_FALSE(record(1).has_value());
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{1})).has_value());
  await(
      "the grant to expire", [&] { return !record(1); }, milliseconds{2500});
}

TEST_F(RedisGrantCacheTest, AFillThatComesTooLateChangesNothing) {
  ASSERT_TRUE(bury(revoked(1)).has_value());
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{3600})).has_value());
  EXPECT_TRUE(is_revoked(1));
}

TEST_F(RedisGrantCacheTest, OfSeveralGrantsEachIsPutUnlessSomethingIsThere) {
  const Grant before = grant_for(seconds{100});
  const Grant grant = grant_for(seconds{3600});
  ASSERT_TRUE(bury(revoked(1)).has_value());
  ASSERT_TRUE(cache_.put_if_absent(hash_of(2), before).has_value());
  const std::vector<app::GrantCache::HashedGrant> grants{
      {hash_of(1), grant}, {hash_of(2), grant}, {hash_of(3), grant}, {hash_of(4), grant}};
  ASSERT_TRUE(cache_.put_all_if_absent(grants).has_value());
  EXPECT_TRUE(is_revoked(1));
  EXPECT_EQ(record(2), GrantRecord{before});
  EXPECT_EQ(record(3), GrantRecord{grant});
  EXPECT_EQ(record(4), GrantRecord{grant});
  EXPECT_GE(time_to_live(4), 3598);
}

TEST_F(RedisGrantCacheTest, ATombstoneReplacesAGrantUntilTheTokensEnd) {
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{3600})).has_value());
  ASSERT_TRUE(bury(revoked(1)).has_value());
  EXPECT_TRUE(is_revoked(1));
  EXPECT_GE(time_to_live(1), 3598);
  EXPECT_LE(time_to_live(1), 3600);
  // From then on no fill can bring it back either: its grant is over.
  ASSERT_TRUE(bury(revoked(1, seconds{-1})).has_value());
  EXPECT_FALSE(record(1).has_value());
}

TEST_F(RedisGrantCacheTest, ATombstoneSaysWhenTheTokenWasRevoked) {
  const auto now = SystemClock{}.precise_now();
  app::RevokedToken token = revoked(1);
  token.revoked_at = now;
  ASSERT_TRUE(bury(token).has_value());
  EXPECT_EQ(record(1), GrantRecord{Tombstone{now}});
  ASSERT_TRUE(bury(revoked(1)).has_value());
  EXPECT_EQ(record(1), GrantRecord{Tombstone{}}) << "old news";
}

TEST_F(RedisGrantCacheTest, ATombstoneNeedsNoGrantBeforeIt) {
  ASSERT_TRUE(bury(revoked(1)).has_value());
  EXPECT_TRUE(is_revoked(1));
}

TEST_F(RedisGrantCacheTest, AFillDoesNotProlongWhatIsThere) {
  const Grant grant = grant_for(seconds{100});
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant).has_value());
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{9000})).has_value());
  EXPECT_EQ(record(1), GrantRecord{grant});
  EXPECT_LE(time_to_live(1), 100);
}

TEST_F(RedisGrantCacheTest, AnExtensionReplacesAnEarlierEnd) {
  const Grant before = grant_for(seconds{100});
  const Grant after = grant_for(seconds{3600});
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), before).has_value());
  ASSERT_TRUE(cache_.put_extended(hash_of(1), after).has_value());
  EXPECT_EQ(record(1), GrantRecord{after});
  EXPECT_GE(time_to_live(1), 3598);
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), before).has_value());
  ASSERT_TRUE(cache_.put_extended(hash_of(1), before).has_value());
  EXPECT_EQ(record(1), GrantRecord{after}) << "what comes late does not make it shorter";
}

TEST_F(RedisGrantCacheTest, AnExtensionNeedsNoRecordBeforeIt) {
  const Grant grant = grant_for(seconds{3600});
  ASSERT_TRUE(cache_.put_extended(hash_of(1), grant).has_value());
  EXPECT_EQ(record(1), GrantRecord{grant});
}

TEST_F(RedisGrantCacheTest, AnExtensionDoesNotReplaceATombstone) {
  ASSERT_TRUE(bury(revoked(1)).has_value());
  ASSERT_TRUE(cache_.put_extended(hash_of(1), grant_for(seconds{3600})).has_value());
  EXPECT_TRUE(is_revoked(1));
  redis_.set(active_token_key(hash_of(2)), R"({"revoked": true, "expires_at": "2000-01-01"})");
  ASSERT_TRUE(cache_.put_extended(hash_of(2), grant_for(seconds{3600})).has_value());
  EXPECT_TRUE(is_revoked(2));
}

TEST_F(RedisGrantCacheTest, AnExtensionReplacesWhatOthersWrote) {
  const Grant grant = grant_for(seconds{3600});
  for (const std::string other : {"no json", "[]", "5", R"({"expires_at": "9999-01-01T00:00:00"})",
                                  R"({"revoked": false})", R"({"expires_at": 7})"}) {
    redis_.set(active_token_key(hash_of(1)), other);
    ASSERT_TRUE(cache_.put_extended(hash_of(1), grant).has_value());
    EXPECT_EQ(record(1), GrantRecord{grant}) << other;
  }
}

TEST_F(RedisGrantCacheTest, ManyTombstonesAtOnce) {
  ASSERT_TRUE(cache_.put_if_absent(hash_of(1), grant_for(seconds{3600})).has_value());
  ASSERT_TRUE(cache_.put_tombstones(std::array{revoked(1), revoked(2, seconds{100})}).has_value());
  EXPECT_TRUE(is_revoked(1));
  EXPECT_GE(time_to_live(1), 3598);
  EXPECT_TRUE(is_revoked(2));
  EXPECT_GE(time_to_live(2), 98);
  EXPECT_LE(time_to_live(2), 100);
  EXPECT_TRUE(cache_.put_tombstones({}).has_value());
}

TEST_F(RedisGrantCacheTest, ConfirmingSaysWhetherItWasSaidBefore) {
  EXPECT_EQ(cache_.confirm_delivery(), false);
  EXPECT_EQ(cache_.confirm_delivery(), true);
  const auto left = redis_.command({"PTTL", std::string{kDeliveredKey}}).integer;
  EXPECT_LE(left, kDeliveredLifetime.count());
  EXPECT_GE(left, kDeliveredLifetime.count() - 30'000);
  redis_.command({"FLUSHALL"});
  EXPECT_EQ(cache_.confirm_delivery(), false);
  redis_.command({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_FALSE(cache_.confirm_delivery().has_value());
}

TEST_F(RedisGrantCacheTest, AnotherProcessIsAnotherIncarnation) {
  const auto first = cache_.incarnation();
  ASSERT_TRUE(first.has_value());
  EXPECT_FALSE(first->empty());
  EXPECT_EQ(cache_.incarnation(), first);
  redis_.kill();
  EXPECT_FALSE(cache_.incarnation().has_value());
  redis_.start();
  await(
      "the new one", [&] { return cache_.incarnation().has_value(); }, milliseconds{2000});
  EXPECT_NE(cache_.incarnation(), first);
}

TEST_F(RedisGrantCacheTest, SoAreTheDataOfAnotherMaster) {
  const auto first = cache_.incarnation();
  ASSERT_TRUE(first.has_value());
  const RedisServer other;
  other.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
  redis_.command({"REPLICAOF", "127.0.0.1", std::to_string(other.port())});
  await("the replica to be in step", [&] {
    return redis_.command({"INFO", "replication"}).text.find("master_link_status:up") !=
           std::string::npos;
  });
  redis_.command({"REPLICAOF", "NO", "ONE"});
  const auto second = cache_.incarnation();
  ASSERT_TRUE(second.has_value());
  EXPECT_NE(second, first);
}

TEST_F(RedisGrantCacheTest, ClearDeletesEveryRecordAndNothingElse) {
  for (int i = 0; i < 2500; ++i) {
    redis_.set("active_token:" + std::to_string(i), "{}");
  }
  redis_.set("another", "key");
  ASSERT_TRUE(cache_.clear().has_value());
  EXPECT_EQ(redis_.command({"DBSIZE"}).integer, 1);
  EXPECT_EQ(redis_.get("another"), "key");
}

TEST_F(RedisGrantCacheTest, WithoutRedisEverythingIsUnavailable) {
  EXPECT_TRUE(cache_.ping().has_value());
  redis_.kill();
  for (const auto& result :
       {cache_.ping(), bury(revoked(1)), cache_.put_if_absent(hash_of(1), grant_for(seconds{1})),
        cache_.clear()}) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, domain::ErrorCode::kUnavailable);
  }
  redis_.start();
  await(
      "a tombstone to be taken", [&] { return bury(revoked(1)).has_value(); }, milliseconds{1500});
  EXPECT_TRUE(is_revoked(1));
}

TEST_F(RedisGrantCacheTest, ARedisWithoutMemoryIsUnavailableAndNotLost) {
  redis_.command({"CONFIG", "SET", "maxmemory", "1"});
  const auto result = bury(revoked(1));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, domain::ErrorCode::kUnavailable);
  redis_.command({"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_TRUE(bury(revoked(1)).has_value());
}

}  // namespace
}  // namespace zenzefi::infra
