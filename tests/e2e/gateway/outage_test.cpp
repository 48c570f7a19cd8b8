#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "shared/keys.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// The default of access_token_zone.
constexpr seconds kUnconfirmed{5};

class Outage : public testing::Test {
 protected:
  explicit Outage(const StackOptions& options = {.own_postgres = true}) : stack_{options} {
    // What nginx says about a Redis or a service that is away.
    stack_.nginx().expect_error("Redis|redis");
    stack_.nginx().expect_error("connect\\(\\) failed \\(111: Connection refused\\)");
    stack_.nginx().expect_error("upstream prematurely closed|Connection reset by peer|timed out");
    stack_.nginx().expect_error("access token");
  }

  [[nodiscard]] HttpResponse use(const BoughtToken& token) {
    return client_.get(stack_.proxied(), {token_header(token)});
  }

  Stack stack_;
  Account alice_{stack_};
  HttpClient client_;
};

TEST_F(Outage, WithoutRedisKnownAndNewTokensStillWork) {
  const BoughtToken known = alice_.buy();
  const BoughtToken unused = alice_.buy();
  make_known(stack_, known);
  stack_.redis.stop();
  EXPECT_EQ(use(known).status, 200);
  EXPECT_EQ(use(unused).status, 200);
  const BoughtToken bought_now = alice_.buy();
  EXPECT_EQ(use(bought_now).status, 200);
  EXPECT_EQ(client_.get(stack_.proxied(), {"X-Access-Token: nobodys"}).status, 401);
  EXPECT_EQ(alice_.get("/users/me").status, 200);

  // The feed is silent: everything is asked about again in time, and goes on working.
  const auto end = steady_clock::now() + kUnconfirmed + seconds{1};
  static_cast<void>(holds_within(milliseconds{6000}, [&] {
    EXPECT_EQ(use(known).status, 200);
    return steady_clock::now() >= end;
  }));
  stack_.redis.start();
  EXPECT_EQ(use(known).status, 200);
}

TEST_F(Outage, ARedisThatHangsHoldsNobodyUpForLong) {
  const BoughtToken known = alice_.buy();
  const BoughtToken unused = alice_.buy();
  make_known(stack_, known);
  stack_.redis.pause();
  const auto start = steady_clock::now();
  EXPECT_EQ(use(known).status, 200);
  EXPECT_LT(steady_clock::now() - start, milliseconds{300});
  EXPECT_EQ(use(unused).status, 200);
  EXPECT_LT(steady_clock::now() - start, seconds{3});
  EXPECT_EQ(alice_.revoke(known).status, 200);
  EXPECT_LT(steady_clock::now() - start, seconds{4});
  stack_.redis.resume();
}

TEST_F(Outage, WithoutTheServiceRedisAnswersForKnownTokens) {
  const BoughtToken known = alice_.buy();
  make_known(stack_, known);
  stack_.auth.kill();
  EXPECT_EQ(use(known).status, 200);
  // Without nginx's memory, too: a new one asks Redis.
  stack_.nginx().stop();
  stack_.nginx().start();
  stack_.await_feeds();
  EXPECT_EQ(use(known).status, 200);
  const HttpResponse unknown = client_.get(stack_.proxied(), {"X-Access-Token: nobodys"});
  EXPECT_EQ(unknown.status, 503);
  EXPECT_TRUE(unknown.header("Retry-After").has_value());
  EXPECT_TRUE(unknown.json().has("/detail"));
  const HttpResponse api = client_.get(stack_.url("/api/v1/users/me"), {alice_.authorization()});
  EXPECT_EQ(api.status, 503);
  EXPECT_TRUE(api.header("Retry-After").has_value());
  stack_.auth.start();
  await("the service to be asked again",
        [&] { return client_.get(stack_.proxied(), {"X-Access-Token: nobodys"}).status == 401; });
}

TEST_F(Outage, WithoutRedisAndPostgresKnownTokensPassForUnconfirmed) {
  const BoughtToken known = alice_.buy();
  const BoughtToken never_used = alice_.buy();
  make_known(stack_, known);
  const auto start = steady_clock::now();
  stack_.redis.stop();
  stack_.postgres.stop();

  const HttpResponse other = use(never_used);
  EXPECT_EQ(other.status, 503) << other.body;
  EXPECT_TRUE(other.header("Retry-After").has_value());
  EXPECT_TRUE(other.json().has("/detail"));
  EXPECT_EQ(client_.get(stack_.proxied(), {"X-Access-Token: nobodys"}).status, 503);

  steady_clock::time_point last_pass = start;
  const auto until_refused = await("the token to be refused", [&] {
    const auto asked = steady_clock::now();
    const int status = use(known).status;
    if (status == 200) {
      last_pass = asked;
    } else {
      EXPECT_EQ(status, 503);
    }
    return status == 503;
  });
  static_cast<void>(until_refused);
  EXPECT_GE(last_pass - start, kUnconfirmed - seconds{2});
  EXPECT_LE(last_pass - start, kUnconfirmed + seconds{1});

  const HttpResponse health = client_.get(stack_.url("/health"));
  EXPECT_EQ(health.status, 503);
  stack_.postgres.start();
  await("the token to pass again", [&] { return use(known).status == 200; });
  stack_.redis.start();
  await("the other one to pass", [&] { return use(never_used).status == 200; });
  expect_ledger_adds_up(stack_);
}

class OutageWithPersistentRedis : public Outage {
 protected:
  OutageWithPersistentRedis() : Outage{{.redis_persistent = true}} {}
};

// The worst case: Redis comes back with the grant it had.
TEST_F(OutageWithPersistentRedis, ARevocationMeanwhileIsKeptWithinTwoSecondsOfItsReturn) {
  const BoughtToken used = alice_.buy();
  const BoughtToken other = alice_.buy();
  make_known(stack_, used);
  ASSERT_EQ(use(other).status, 200);
  const std::string key = active_token_key(hash_token(used.text).value());
  ASSERT_TRUE(stack_.redis.get(key).has_value());
  stack_.redis.stop();
  ASSERT_EQ(alice_.revoke(used).status, 200);
  stack_.redis.start();
  ASSERT_TRUE(stack_.redis.get(key).has_value());
  await(
      "the token to be refused", [&] { return use(used).status == 401; }, milliseconds{2000});
  await(
      "the tombstone to be there",
      [&] { return stack_.redis.get(key).value_or("").find("revoked") != std::string::npos; },
      milliseconds{2000});
  EXPECT_EQ(use(used).status, 401);
  EXPECT_EQ(use(other).status, 200);
  expect_ledger_adds_up(stack_);
}

TEST_F(OutageWithPersistentRedis, TheServiceRestartedMeanwhileStillDelivers) {
  const BoughtToken used = alice_.buy();
  make_known(stack_, used);
  stack_.redis.stop();
  ASSERT_EQ(alice_.revoke(used).status, 200);
  stack_.auth.kill();
  stack_.redis.start();
  stack_.auth.start();
  await(
      "the token to be refused", [&] { return use(used).status == 401; }, milliseconds{2000});
}

TEST_F(Outage, WithoutRedisARevokedTokenIsForgottenAfterUnconfirmed) {
  const BoughtToken used = alice_.buy();
  const BoughtToken unused = alice_.buy();
  make_known(stack_, used);
  stack_.redis.stop();
  ASSERT_EQ(alice_.revoke(used).status, 200);
  ASSERT_EQ(alice_.revoke(unused).status, 200);
  EXPECT_EQ(use(unused).status, 401);
  const auto lived = await("the token to be refused", [&] { return use(used).status == 401; });
  EXPECT_LE(lived, kUnconfirmed + seconds{1});
}

TEST_F(Outage, PostgresAloneLeavesKnownTokensAlone) {
  const BoughtToken known = alice_.buy();
  make_known(stack_, known);
  // Tests' servers commit to memory: without this the account itself may be gone afterwards.
  static_cast<void>(
      query_value(stack_, "SET synchronous_commit = on; CREATE TABLE written_to_disk ()"));
  stack_.postgres.kill();
  const auto end = steady_clock::now() + kUnconfirmed + seconds{1};
  // Redis vouches for it for as long as it likes.
  await("more than `unconfirmed` to pass", [&] {
    EXPECT_EQ(use(known).status, 200);
    return steady_clock::now() >= end;
  });
  const HttpResponse api = alice_.get("/users/me");
  EXPECT_EQ(api.status, 503);
  EXPECT_TRUE(api.header("Retry-After").has_value());
  stack_.postgres.start();
  await("the API to be back", [&] { return alice_.get("/users/me").status == 200; });
}

}  // namespace
}  // namespace zenzefi::test
