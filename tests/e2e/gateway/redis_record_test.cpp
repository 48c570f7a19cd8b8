// Records put into Redis by hand, as the documented format allows other programs to.
#include <gtest/gtest.h>

#include <chrono>

#include "shared/clock.hpp"
#include "shared/keys.hpp"
#include "stack.hpp"
#include "tests/support/http_client.hpp"

namespace zenzefi::test {
namespace {

constexpr char kUserId[] = "11111111-2222-4333-8444-555555555555";
constexpr char kTokenId[] = "66666666-7777-4888-9999-aaaaaaaaaaaa";

// A time from now in the record's form, without what follows the seconds.
std::string naive_time(std::chrono::seconds from_now) {
  std::string text = format_timestamp(SystemClock{}.now() + from_now);
  text.pop_back();  // Z
  return text;
}

std::string record_until(const std::string& expires_at) {
  return std::string{R"({"user_id":")"} + kUserId + R"(","token_id":")" + kTokenId +
         R"(","expires_at":")" + expires_at + R"(","duration_hours":24})";
}

class RedisRecord : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>();
    stack->nginx().expect_error("unreadable record in Redis|WRONGTYPE");
  }
  static void TearDownTestSuite() { stack.reset(); }

  // A plausible token nobody has bought.
  [[nodiscard]] static std::string new_token() {
    static int count = 0;
    return "handmade-" + std::to_string(++count);
  }

  static std::string key_of(const std::string& token) {
    return active_token_key(hash_token(token).value());
  }

  [[nodiscard]] static HttpResponse use(const std::string& token) {
    return HttpClient{}.get(stack->proxied(), {"X-Access-Token: " + token});
  }

  static int status_with(const std::string& record) {
    const std::string token = new_token();
    stack->redis.set(key_of(token), record);
    return use(token).status;
  }

  static inline std::unique_ptr<Stack> stack;
};

TEST_F(RedisRecord, WithANaiveTimeLetsItsTokenPass) {
  EXPECT_EQ(status_with(record_until(naive_time(std::chrono::hours{1}))), 200);
  EXPECT_EQ(stack->target.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(stack->target.last().header("X-Token-Id"), kTokenId);
}

TEST_F(RedisRecord, MayHaveAnyFormOfTimeAndMoreFields) {
  const std::string time = naive_time(std::chrono::hours{1});
  EXPECT_EQ(status_with(record_until(time + "Z")), 200);
  EXPECT_EQ(status_with(record_until(time + ".123456")), 200);
  EXPECT_EQ(status_with(record_until(time + ".5Z")), 200);
  EXPECT_EQ(status_with(record_until(time + "+00:00")), 200);
  EXPECT_EQ(status_with(record_until(naive_time(std::chrono::hours{4}) + "+03:00")), 200);
  EXPECT_EQ(status_with(R"({"more":[{"of":null}],)" + record_until(time).substr(1)), 200);
}

TEST_F(RedisRecord, ThatDoesNotParseGrantsNothing) {
  const std::string time = naive_time(std::chrono::hours{1});
  const std::string good = record_until(time);
  const auto without = [&](const std::string& text, const std::string& instead = "") {
    std::string changed = good;
    changed.replace(changed.find(text), text.size(), instead);
    return changed;
  };
  for (const std::string& record : {std::string{},
                                    std::string{"1"},
                                    std::string{"null"},
                                    std::string{"true"},
                                    std::string{"{}"},
                                    std::string{"[]"},
                                    std::string{"granted"},
                                    good.substr(1),
                                    good.substr(0, good.size() - 1),
                                    good + good,
                                    good + "x",
                                    "[" + good + "]",
                                    without(R"("user_id")", R"("userid")"),
                                    without(R"("token_id")", R"("tokenid")"),
                                    without(R"("expires_at")", R"("expires")"),
                                    without(kUserId, "1"),
                                    without(kUserId),
                                    without(kTokenId, "'; DROP TABLE users"),
                                    without(time, "tomorrow"),
                                    without(time, "0"),
                                    without(time, time.substr(0, 10)),
                                    without(time, time + "+99:99"),
                                    without('"' + time + '"', "99999999999"),
                                    without('"' + time + '"', "null"),
                                    std::string(100'000, '['),
                                    good + std::string(100'000, ' ')}) {
    EXPECT_EQ(status_with(record), 401) << record.substr(0, 200);
  }
  EXPECT_TRUE(stack->nginx().logged("unreadable record in Redis"));
}

TEST_F(RedisRecord, OfAnotherTypeGrantsNothing) {
  const std::string token = new_token();
  stack->redis.command({"RPUSH", key_of(token), "a", "list"});
  EXPECT_EQ(use(token).status, 401);
  EXPECT_TRUE(stack->nginx().logged("WRONGTYPE"));
}

TEST_F(RedisRecord, IsDeadToTheSecondWhateverRedisSays) {
  EXPECT_EQ(status_with(record_until(naive_time(std::chrono::seconds{-1}))), 401);
  const std::string token = new_token();
  stack->redis.set(key_of(token), record_until(naive_time(std::chrono::seconds{2})));
  EXPECT_EQ(use(token).status, 200);
  const auto lived = await("the token to expire", [&] { return use(token).status == 401; });
  EXPECT_LE(lived, std::chrono::milliseconds{2100});
}

TEST_F(RedisRecord, DeletedOrReplacedByATombstoneIsFollowedAtOnce) {
  const std::string record = record_until(naive_time(std::chrono::hours{1}));
  for (const bool tombstone : {false, true}) {
    const std::string token = new_token();
    stack->redis.set(key_of(token), record);
    ASSERT_EQ(use(token).status, 200);
    if (tombstone) {
      stack->redis.set(key_of(token), R"({"revoked": true})");
    } else {
      stack->redis.command({"DEL", key_of(token)});
    }
    EXPECT_LE(await("the token to be refused", [&] { return use(token).status == 401; }),
              std::chrono::milliseconds{50});
  }
}

TEST_F(RedisRecord, OfAnUnknownTokenIsFoundAsSoonAsItIsWritten) {
  const std::string token = new_token();
  ASSERT_EQ(use(token).status, 401);
  ASSERT_EQ(use(token).status, 401);
  stack->redis.set(key_of(token), record_until(naive_time(std::chrono::hours{1})));
  // "No" is remembered for two seconds at most; the write itself says that it is outdated.
  await(
      "the token to pass", [&] { return use(token).status == 200; },
      std::chrono::milliseconds{2500});
}

}  // namespace
}  // namespace zenzefi::test
