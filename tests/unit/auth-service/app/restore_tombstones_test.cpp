#include "app/tokens/restore_tombstones.hpp"

#include "app/tokens/check_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

class RestoreTombstonesTest : public ServiceTest {
 protected:
  domain::AccessToken used() {
    domain::AccessToken token = bought(user_, 24);
    EXPECT_TRUE(app::CheckToken(database, cache, clock).run(token.hash).has_value());
    return token;
  }
  void revoke(const domain::AccessToken& token) {
    ASSERT_TRUE(
        (app::RevokeToken{database, cache, entropy, clock}.run({user_, token.id}).has_value()));
  }
  [[nodiscard]] bool is_granted(const domain::AccessToken& token) const {
    const auto record = cache.records.find(token.hash.hex());
    return record != cache.records.end() && std::holds_alternative<Grant>(record->second);
  }

  Uuid user_ = register_user_with(domain::Money::from_cents(1000'00));
  app::RestoreTombstones restore_{database, cache, clock};
};

TEST_F(RestoreTombstonesTest, UndoesAnOldSnapshot) {
  const auto kept = used();
  const auto revoked = used();
  ASSERT_EQ(restore_.run(), 0U);
  const auto snapshot = cache.records;
  revoke(revoked);
  cache.records = snapshot;
  cache.run_id = "second";
  ASSERT_TRUE(is_granted(revoked));
  EXPECT_EQ(restore_.run(), 1U);
  EXPECT_FALSE(is_granted(revoked));
  EXPECT_EQ(cache.tombstone_ends.at(revoked.hash.hex()), clock.time + std::chrono::hours{24});
  EXPECT_EQ(cache.records.at(revoked.hash.hex()), GrantRecord{Tombstone{}})
      << "old news, not to be measured";
  EXPECT_TRUE(is_granted(kept));
}

TEST_F(RestoreTombstonesTest, WorksOncePerRedis) {
  revoke(used());
  EXPECT_EQ(restore_.run(), 1U) << "whatever happened before the start";
  EXPECT_EQ(restore_.run(), 0U);
  cache.run_id = "second";
  EXPECT_EQ(restore_.run(), 1U);
  EXPECT_EQ(restore_.run(), 0U);
}

TEST_F(RestoreTombstonesTest, LeavesOutWhatNoSnapshotCanGrant) {
  revoke(bought(user_, 24));  // never used
  revoke(used());
  clock.time += std::chrono::hours{24};
  EXPECT_EQ(restore_.run(), 0U) << "over by now";
}

TEST_F(RestoreTombstonesTest, GoesOnAfterAFailure) {
  revoke(used());
  revoke(used());
  cache.puts_until_down = 1;
  EXPECT_EQ(code_of(restore_.run()), domain::ErrorCode::kUnavailable);
  cache.puts_until_down = -1;
  cache.is_down = true;
  EXPECT_EQ(code_of(restore_.run()), domain::ErrorCode::kUnavailable);
  cache.is_down = false;
  database.is_down = true;
  EXPECT_EQ(code_of(restore_.run()), domain::ErrorCode::kUnavailable);
  database.is_down = false;
  EXPECT_EQ(restore_.run(), 2U);
}

}  // namespace
}  // namespace zenzefi::test
