#include "app/tokens/inform_cache.hpp"

#include "app/tokens/check_token.hpp"
#include "app/tokens/revoke_token.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

class InformCacheTest : public ServiceTest {
 protected:
  void SetUp() override {
    user_ = register_user_with(domain::Money::from_cents(100'00));
    token_ = bought(user_, 24);
    ASSERT_TRUE(app::CheckToken(database, cache, clock).run(token_.hash).has_value());
    ASSERT_TRUE(inform_.run().has_value());
  }
  void revoke() {
    ASSERT_TRUE(
        (app::RevokeToken{database, cache, entropy, clock}.run({user_, token_.id}).has_value()));
  }
  // Whether a run says that nothing is missing.
  bool confirms() {
    const int before = cache.confirmations;
    static_cast<void>(inform_.run());
    return cache.confirmations > before;
  }

  Uuid user_;
  domain::AccessToken token_;
  app::InformCache inform_{database, cache, clock};
};

TEST_F(InformCacheTest, ConfirmsAgainAndAgain) {
  EXPECT_TRUE(confirms());
  EXPECT_TRUE(confirms());
}

TEST_F(InformCacheTest, ConfirmsNothingWhileSomethingIsMissing) {
  cache.is_down = true;
  revoke();
  EXPECT_FALSE(confirms());
  cache.is_down = false;
  cache.puts_until_down = 0;  // it answers, and takes nothing
  EXPECT_FALSE(confirms());
  cache.puts_until_down = -1;
  EXPECT_TRUE(confirms());
  EXPECT_TRUE(database.state.outbox.empty());
}

TEST_F(InformCacheTest, ConfirmsNothingWhileAnotherInstanceOwesIt) {
  database.state.outbox_is_overdue = true;
  EXPECT_FALSE(confirms());
}

TEST_F(InformCacheTest, ConfirmsNothingWithoutTheDatabase) {
  database.is_down = true;
  EXPECT_FALSE(confirms());
}

// A fill that was held up meanwhile would find nothing in its way.
TEST_F(InformCacheTest, BringsTombstonesBackToACacheThatWasEmptied) {
  revoke();
  ASSERT_TRUE(inform_.run().has_value());
  cache.records.clear();
  cache.confirmations = 0;
  ASSERT_TRUE(inform_.run().has_value());
  ASSERT_EQ(inform_.run()->restored, 1U);
  EXPECT_EQ(cache.records.at(token_.hash.hex()), GrantRecord{Tombstone{}});
}

}  // namespace
}  // namespace zenzefi::test
