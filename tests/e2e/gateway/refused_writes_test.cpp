// A Redis that answers, but takes nothing from the service: no tombstone comes to it.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "shared/keys.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What the module promises when Redis is of no help, with room for a busy machine.
constexpr seconds kBound{5 + 10};

class RefusedWrites : public testing::Test {
 protected:
  RefusedWrites() {
    stack_.nginx().expect_error("Redis|redis");
    stack_.nginx().expect_error("connect\\(\\) failed \\(111: Connection refused\\)");
    stack_.nginx().expect_error("upstream prematurely closed|Connection reset by peer");
    stack_.nginx().expect_error("access token");
  }

  [[nodiscard]] int use(const BoughtToken& token) {
    return client_.get(stack_.proxied(), {token_header(token)}).status;
  }
  [[nodiscard]] std::string record(const BoughtToken& token) const {
    return stack_.redis.get(active_token_key(hash_token(token.text).value())).value_or("");
  }
  [[nodiscard]] WebSocketClient stream(const BoughtToken& token) const {
    return WebSocketClient{{.port = stack_.port(),
                            .target = "/api/v1/proxy/ws",
                            .headers = {{"X-Access-Token", token.text}}}};
  }
  [[nodiscard]] static bool is_alive(WebSocketClient& client) {
    client.send("still here");
    return client.receive() == "still here";
  }

  // Redis has grants of both, and takes no writes from now on.
  void expect_decided_without_tombstones(const BoughtToken& revoked, const BoughtToken& kept) {
    WebSocketClient ends = stream(revoked);
    WebSocketClient lasts = stream(kept);
    ASSERT_TRUE(is_alive(ends) && is_alive(lasts));
    ASSERT_EQ(alice_.revoke(revoked).status, 200);
    ASSERT_EQ(record(revoked).find("revoked"), std::string::npos);
    const auto lived = await("the token to be refused", [&] { return use(revoked) == 401; });
    EXPECT_LE(lived, kBound);
    EXPECT_EQ(ends.receive(kBound), std::nullopt);
    EXPECT_FALSE(holds_within(milliseconds{300}, [&] { return use(revoked) == 200; }));
    EXPECT_EQ(use(kept), 200);
    EXPECT_TRUE(is_alive(lasts));
    // Only then is Redis all there is to ask.
    stack_.auth.kill();
    EXPECT_EQ(use(kept), 200);
    EXPECT_EQ(client_.get(stack_.proxied(), {"X-Access-Token: nobodys"}).status, 503);
    stack_.auth.start();
    EXPECT_TRUE(is_alive(lasts));
  }
  void expect_back(const BoughtToken& revoked, const BoughtToken& kept) {
    await("the tombstone to come",
          [&] { return record(revoked).find("revoked") != std::string::npos; });
    await("Redis to be believed again",
          [&] { return stack_.nginx().logged("access_token: revocations come to Redis"); });
    EXPECT_EQ(use(revoked), 401);
    EXPECT_EQ(use(kept), 200);
    expect_ledger_adds_up(stack_);
  }

  Stack stack_;
  Account alice_{stack_};
  HttpClient client_;
};

TEST_F(RefusedWrites, ForWantOfMemoryLetNoRevokedTokenPass) {
  const BoughtToken revoked = alice_.buy();
  const BoughtToken kept = alice_.buy();
  make_known(stack_, revoked);
  make_known(stack_, kept);
  stack_.redis.command({"CONFIG", "SET", "maxmemory", "1"});
  expect_decided_without_tombstones(revoked, kept);
  stack_.redis.command({"CONFIG", "SET", "maxmemory", "0"});
  expect_back(revoked, kept);
}

TEST_F(RefusedWrites, AreLoggedOnceAndSoIsTheirEnd) {
  const auto logged = [&](const std::string& event) {
    const std::string log = stack_.auth.log();
    int times = 0;
    for (std::size_t at = log.find(event); at != std::string::npos; at = log.find(event, at + 1)) {
      ++times;
    }
    return times;
  };
  const auto count_some = [&] {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(alice_.get("/users/me").status, 200);
    }
  };
  stack_.redis.command({"CONFIG", "SET", "maxmemory", "1"});
  count_some();
  await("both to be told", [&] {
    return logged("limits are counted in memory") == 1 &&
           logged("redis is not told of revocations") == 1;
  });
  count_some();
  stack_.redis.command({"CONFIG", "SET", "maxmemory", "0"});
  await("Redis to be told of revocations",
        [&] { return logged("redis is told of revocations again") == 1; });
  count_some();
  await("the limits to be counted in Redis",
        [&] { return logged("limits are counted in redis again") == 1; });
  EXPECT_EQ(logged("limits are counted in memory"), 1);
  EXPECT_EQ(logged("redis is not told of revocations"), 1);
}

TEST_F(RefusedWrites, OfAMasterThatBecameAReplicaLetNoRevokedTokenPass) {
  const BoughtToken revoked = alice_.buy();
  const BoughtToken kept = alice_.buy();
  make_known(stack_, revoked);
  make_known(stack_, kept);
  const RedisServer promoted;
  const auto follow = [](const RedisServer& redis, const RedisServer& master) {
    master.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
    redis.command({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
    await("the replica to be in step", [&] {
      return redis.command({"INFO", "replication"}).text.find("master_link_status:up") !=
             std::string::npos;
    });
  };
  follow(promoted, stack_.redis);
  promoted.command({"REPLICAOF", "NO", "ONE"});
  follow(stack_.redis, promoted);
  expect_decided_without_tombstones(revoked, kept);
  stack_.redis.command({"REPLICAOF", "NO", "ONE"});
  expect_back(revoked, kept);
}

}  // namespace
}  // namespace zenzefi::test
