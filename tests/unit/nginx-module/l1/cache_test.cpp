#include "l1/cache.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "samples.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/unit/nginx-module/memory/shared_memory.hpp"

namespace zenzefi::gateway {
namespace {

using test::at_ms;
using test::at_second;
using test::grant_of_user;
using test::hash_of;
using test::SharedMemory;
using namespace std::chrono_literals;
using Kind = Finding::Kind;

class CacheTest : public testing::Test {
 protected:
  [[nodiscard]] Finding find(const TokenHash& hash) { return cache_.find(hash, now_, moment_); }
  bool put(const TokenHash& hash, const Grant& grant) {
    return cache_.put_grant(hash, grant, cache_.begin(hash, moment_), now_, moment_);
  }
  bool refuse(const TokenHash& hash, RefusalReason reason = RefusalReason::kUnknown) {
    return cache_.put_refusal(hash, reason, cache_.begin(hash, moment_), moment_ + 2s, moment_);
  }

  bool drop(const TokenHash& hash) { return cache_.drop(hash, now_, moment_); }

  SharedMemory memory_{std::size_t{1} << 20};
  L1Cache cache_ = L1Cache::format(memory_.data(), memory_.size()).value();
  Timestamp now_ = at_second(1'700'000'000);
  Moment moment_ = at_ms(50'000);
  TokenHash token_ = hash_of(1);
  Grant grant_ = grant_of_user(7, now_ + 1h);
};

TEST_F(CacheTest, KnowsNothingAtFirst) {
  EXPECT_EQ(find(token_).kind, Kind::kMiss);
}

TEST_F(CacheTest, GivesAGrantBackWhole) {
  ASSERT_TRUE(put(token_, grant_));
  const auto finding = find(token_);
  EXPECT_EQ(finding.kind, Kind::kGranted);
  EXPECT_EQ(finding.grant, grant_);
  EXPECT_TRUE(finding.standing.covered);
  EXPECT_EQ(finding.standing.confirmed_at, moment_);
  EXPECT_EQ(find(hash_of(2)).kind, Kind::kMiss);
}

TEST_F(CacheTest, AGrantIsDeadToTheSecond) {
  ASSERT_TRUE(put(token_, grant_));
  now_ = grant_.expires_at - 1s;
  EXPECT_EQ(find(token_).kind, Kind::kGranted);
  now_ = grant_.expires_at;
  EXPECT_EQ(find(token_).kind, Kind::kExpired);
  EXPECT_EQ(find(token_).grant, grant_);
}

TEST_F(CacheTest, RemembersARefusalUntilItsEnd) {
  ASSERT_TRUE(refuse(token_, RefusalReason::kRevoked));
  EXPECT_EQ(find(token_).kind, Kind::kRefused);
  EXPECT_EQ(find(token_).reason, RefusalReason::kRevoked);
  moment_ += 1999ms;
  EXPECT_EQ(find(token_).kind, Kind::kRefused);
  moment_ += 1ms;
  EXPECT_EQ(find(token_).kind, Kind::kMiss);
}

TEST_F(CacheTest, TheLaterAnswerReplacesTheOther) {
  ASSERT_TRUE(refuse(token_));
  ASSERT_TRUE(put(token_, grant_));
  EXPECT_EQ(find(token_).kind, Kind::kGranted);
  ASSERT_TRUE(refuse(token_, RefusalReason::kExpired));
  EXPECT_EQ(find(token_).kind, Kind::kRefused);
  EXPECT_EQ(cache_.grants_usage().slots_used, 0U);
}

TEST_F(CacheTest, DropForgetsGrantsAndRefusals) {
  ASSERT_TRUE(put(token_, grant_));
  ASSERT_TRUE(refuse(hash_of(2)));
  drop(token_);
  drop(hash_of(2));
  EXPECT_EQ(find(token_).kind, Kind::kMiss);
  EXPECT_EQ(find(hash_of(2)).kind, Kind::kMiss);
}

TEST_F(CacheTest, DropTellsWhetherAGrantStood) {
  ASSERT_TRUE(put(token_, grant_));
  ASSERT_TRUE(refuse(hash_of(2)));
  EXPECT_TRUE(drop(token_));
  EXPECT_FALSE(drop(token_));
  EXPECT_FALSE(drop(hash_of(2)));
  EXPECT_FALSE(drop(hash_of(3)));
}

TEST_F(CacheTest, OfThoseWhoDropAGrantAtOnceOneIsTold) {
  for (int round = 0; round < 2000; ++round) {
    ASSERT_TRUE(put(token_, grant_));
    const auto told =
        zenzefi::test::concurrently(2, [&](std::size_t) { return drop(token_) ? 1 : 0; });
    ASSERT_EQ(told[0] + told[1], 1) << "in round " << round;
  }
}

TEST_F(CacheTest, NeverStoresAnswersThatWereAskedForBeforeADrop) {
  const auto ticket = cache_.begin(token_, moment_);
  drop(token_);
  EXPECT_FALSE(cache_.put_grant(token_, grant_, ticket, now_, moment_));
  EXPECT_FALSE(cache_.put_refusal(token_, RefusalReason::kUnknown, ticket, moment_ + 2s, moment_));
  EXPECT_EQ(find(token_).kind, Kind::kMiss);
}

TEST_F(CacheTest, DropAllUncoversGrantsAndForgetsRefusals) {
  ASSERT_TRUE(put(token_, grant_));
  ASSERT_TRUE(refuse(hash_of(2)));
  cache_.drop_all(moment_);
  EXPECT_EQ(find(token_).kind, Kind::kGranted);
  EXPECT_FALSE(find(token_).standing.covered);
  EXPECT_EQ(find(hash_of(2)).kind, Kind::kMiss);
}

TEST_F(CacheTest, TheFeedConfirmsGrants) {
  cache_.coverage().advance(moment_ - 1s, moment_ - 500ms, 400ms);
  ASSERT_TRUE(put(token_, grant_));
  cache_.coverage().advance(moment_ - 1s, moment_ + 10s, 400ms);
  EXPECT_EQ(find(token_).standing.confirmed_at, moment_ + 10s);
}

TEST_F(CacheTest, GuessingNeverCostsAGrant) {
  const auto all = cache_.grants_usage().slots / 4;
  for (std::uint64_t i = 0; i < all; ++i) {
    put(hash_of(i), grant_);
  }
  const auto before = cache_.grants_usage();
  for (std::uint64_t i = 0; i < 20 * cache_.refusals_usage().slots; ++i) {
    refuse(hash_of(1'000'000 + i));
  }
  EXPECT_EQ(cache_.grants_usage().slots_used, before.slots_used);
  EXPECT_EQ(cache_.grants_usage().evicted, before.evicted);
  EXPECT_GT(cache_.refusals_usage().evicted, 0U);
  EXPECT_LE(cache_.refusals_usage().slots_used, cache_.refusals_usage().slots);
}

TEST_F(CacheTest, TakesAtMost128BytesAToken) {
  const auto usage = cache_.grants_usage();
  EXPECT_GT(usage.slots * 128, memory_.size() * 5 / 8);
  EXPECT_LE(usage.slots * 128, memory_.size() * 11 / 16);
}

TEST_F(CacheTest, AReloadFindsEverythingAgain) {
  ASSERT_TRUE(put(token_, grant_));
  ASSERT_TRUE(refuse(hash_of(2)));
  cache_.coverage().advance(at_ms(100), at_ms(49'999), 400ms);
  ASSERT_TRUE(cache_.claims().claim(token_, moment_, 100ms));
  cache_.breaker({.failures = 1}).failed({}, moment_);

  auto adopted = L1Cache::adopt(memory_.data(), memory_.size());
  ASSERT_TRUE(adopted);
  EXPECT_EQ(adopted->find(token_, now_, moment_).grant, grant_);
  EXPECT_EQ(adopted->find(hash_of(2), now_, moment_).kind, Kind::kRefused);
  EXPECT_EQ(adopted->coverage().through(), at_ms(49'999));
  EXPECT_TRUE(adopted->claims().held(token_, moment_));
  EXPECT_TRUE(adopted->breaker({}).is_open(moment_));

  // Old workers go on with their own view of the same zone.
  adopted->drop(token_, now_, moment_);
  EXPECT_EQ(find(token_).kind, Kind::kMiss);
}

TEST_F(CacheTest, AdoptsNothingOfAnotherLayoutOrSize) {
  auto* words = static_cast<std::uint64_t*>(memory_.data());
  EXPECT_FALSE(L1Cache::adopt(memory_.data(), memory_.size() - 4096));
  ++words[1];
  EXPECT_FALSE(L1Cache::adopt(memory_.data(), memory_.size()));
  --words[1];
  ++words[0];
  EXPECT_FALSE(L1Cache::adopt(memory_.data(), memory_.size()));
  --words[0];
  EXPECT_TRUE(L1Cache::adopt(memory_.data(), memory_.size()));
}

TEST_F(CacheTest, LimitsHaveMemoryOfTheirOwnAndOutliveAReload) {
  const std::size_t place = cache_.connections().join(ProcessIdentity::of(getpid())).value();
  const RateLimit once_an_hour{1h, {}};
  ASSERT_TRUE(put(token_, grant_));
  const auto all = cache_.connections().capacity() / 4;
  for (std::uint64_t i = 1; i <= all; ++i) {
    const Uuid id = grant_of_user(static_cast<std::uint8_t>(i), now_).user_id;
    const HashWords token{hash_of(i)};
    ASSERT_TRUE(cache_.rates().allow(id, once_an_hour, moment_).allowed);
    ASSERT_EQ(cache_.connections().take(token, 1, place).result, ConnectionCounts::Result::kTaken);
  }
  auto adopted = L1Cache::adopt(memory_.data(), memory_.size()).value();
  for (std::uint64_t i = 1; i <= all; ++i) {
    const Uuid id = grant_of_user(static_cast<std::uint8_t>(i), now_).user_id;
    const HashWords token{hash_of(i)};
    EXPECT_FALSE(adopted.rates().allow(id, once_an_hour, moment_).allowed);
    EXPECT_EQ(adopted.connections().under_way(token), 1U);
  }
  EXPECT_EQ(find(token_).grant, grant_);
  EXPECT_EQ(cache_.grants_usage().slots_used, 1U);
}

TEST(Cache, AdoptsNoFreshMemory) {
  const SharedMemory memory{std::size_t{1} << 20};
  EXPECT_FALSE(L1Cache::adopt(memory.data(), memory.size()));
}

TEST(Cache, RefusesMemoryThatIsTooSmallOrNotAligned) {
  const SharedMemory memory{std::size_t{1} << 20};
  auto* bytes = static_cast<std::byte*>(memory.data());
  EXPECT_FALSE(L1Cache::format(nullptr, memory.size()));
  EXPECT_FALSE(L1Cache::format(bytes + 64, memory.size() - 64));
  EXPECT_FALSE(L1Cache::format(bytes, L1Cache::min_size() - 1));
  EXPECT_TRUE(L1Cache::format(bytes, L1Cache::min_size()));
}

TEST(Cache, TheSmallestZoneWorksUpToItsLastSlot) {
  const SharedMemory memory{L1Cache::min_size()};
  auto cache = L1Cache::format(memory.data(), L1Cache::min_size()).value();
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const auto hash = hash_of(i);
    const auto ticket = cache.begin(hash, at_ms(1));
    ASSERT_TRUE(cache.put_refusal(hash, RefusalReason::kUnknown, ticket, at_ms(9), at_ms(1)));
    ASSERT_EQ(cache.find(hash, at_second(1), at_ms(1)).kind, Kind::kRefused);
    const auto grant = grant_of_user(1, at_second(10));
    ASSERT_TRUE(cache.put_grant(hash, grant, ticket, at_second(1), at_ms(1)));
    ASSERT_EQ(cache.find(hash, at_second(1), at_ms(1)).kind, Kind::kGranted);
  }
  EXPECT_EQ(cache.grants_usage().slots_used, cache.grants_usage().slots);
}

}  // namespace
}  // namespace zenzefi::gateway
