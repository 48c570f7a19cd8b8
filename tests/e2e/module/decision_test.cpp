// Who decides: L1, Redis, or the service.
#include <gtest/gtest.h>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

class DecisionTest : public ModuleTest {};

TEST_F(DecisionTest, ARecordWrittenByHandLetsItsTokenPass) {
  start();
  await_redis();
  const std::string token = new_token();
  write_record(token);
  EXPECT_EQ(ask(token), (Outcome{200, "REDIS", "", "ok"}));
  EXPECT_EQ(target_.last().header("X-User-Id"), kUserId);
  EXPECT_EQ(ask(token), (Outcome{200, "L1", "", "ok"}));
  EXPECT_EQ(service_calls(token), 0U);
}

TEST_F(DecisionTest, EverySpellingOfTheRecordIsRead) {
  start();
  await_redis();
  for (const char* expires : {"2099-10-15T11:00:00", "2099-10-15T11:00:00Z",
                              "2099-10-15T11:00:00.123456", "2099-10-15T11:00:00+02:00"}) {
    const std::string token = new_token();
    write_record(token, R"({"extra":[1,{}],"user_id":")" + std::string{kUserId} +
                            R"(","token_id":")" + kTokenId + R"(","expires_at":")" + expires +
                            R"("})");
    EXPECT_EQ(ask(token).cache, "REDIS") << expires;
    EXPECT_EQ(ask(token).status, 200) << expires;
  }
}

TEST_F(DecisionTest, ARecordThatDoesNotParseGrantsNothing) {
  start();
  nginx_->expect_error("unreadable record in Redis");
  await_redis();
  const std::string ids = R"("user_id":")" + std::string{kUserId} + R"(","token_id":")" + kTokenId;
  for (const std::string& record :
       {std::string{}, std::string{"nonsense"}, std::string{"{}"}, std::string{"[]"},
        std::string{"null"}, "{" + ids + R"("})", "{" + ids + R"(","expires_at":"soon"})",
        "{" + ids + R"(","expires_at":4102444800})",
        std::string{R"({"user_id":"1","token_id":"2","expires_at":"2099-10-15T11:00:00Z"})"},
        "{" + ids + R"(","expires_at":"2099-10-15T11:00:00Z")", std::string(100'000, '[')}) {
    const std::string token = new_token();
    write_record(token, record);
    EXPECT_EQ(ask(token).status, 401) << record.substr(0, 100);
    EXPECT_EQ(service_calls(token), 1U) << record.substr(0, 100);
  }
}

TEST_F(DecisionTest, AKeyOfAnotherTypeIsAMiss) {
  start();
  nginx_->expect_error("WRONGTYPE");
  await_redis();
  const std::string token = new_token();
  redis_.command({"LPUSH", key_of(token), "x"});
  EXPECT_EQ(ask(token).status, 401);
  sell(token);
  const std::string sold = new_token();
  sell(sold);
  redis_.command({"LPUSH", key_of(sold), "x"});
  EXPECT_EQ(ask(sold).cache, "SERVICE");
}

TEST_F(DecisionTest, ATombstoneRefusesWithoutAskingTheService) {
  start();
  await_redis();
  const std::string token = new_token();
  sell(token);
  write_record(token, R"({"revoked": true})");
  EXPECT_EQ(ask(token).reason, "revoked");
  EXPECT_EQ(ask(token).status, 401);
  EXPECT_EQ(service_calls(token), 0U);
}

TEST_F(DecisionTest, AnExpiredRecordIsNoGrant) {
  start();
  await_redis();
  const std::string token = new_token();
  write_record(token, R"({"user_id":")" + std::string{kUserId} + R"(","token_id":")" + kTokenId +
                          R"(","expires_at":"2020-01-01T00:00:00"})");
  EXPECT_EQ(ask(token).status, 401);
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(DecisionTest, AChangedRecordIsSeenAtOnce) {
  start();
  await_redis();
  const std::string token = new_token();
  write_record(token);
  EXPECT_EQ(ask(token).cache, "REDIS");
  write_record(token, R"({"revoked": true})");
  const auto took = await("the revocation to be seen", [&] { return ask(token).status == 401; });
  EXPECT_LT(took.count(), 1000);
}

TEST_F(DecisionTest, TheServiceIsAskedAboutATokenOnce) {
  start();
  await_redis();
  const std::string token = new_token();
  sell(token);
  EXPECT_EQ(ask(token), (Outcome{200, "SERVICE", "", "ok"}));
  EXPECT_EQ(ask(token), (Outcome{200, "L1", "", "ok"}));
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(DecisionTest, EqualRequestsAreOneQuestion) {
  start();
  await_redis();
  const std::string token = new_token();
  sell(token);
  const auto statuses = concurrently(40, [&](std::size_t) {
    HttpClient client;
    return client.get(url("/"), {"X-Access-Token: " + token}).status;
  });
  EXPECT_EQ(statuses, std::vector<int>(40, 200));
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(DecisionTest, AnUnknownTokenIsRememberedForAWhile) {
  start({.zone = "tokens:1m negative=300ms"});
  await_redis();
  const std::string token = new_token();
  EXPECT_EQ(ask(token).cache, "SERVICE");
  const Outcome again = ask(token);
  EXPECT_EQ(again.cache, "NEGATIVE");
  EXPECT_EQ(again.reason, "unknown");
  EXPECT_EQ(again.status, 401);
  EXPECT_EQ(service_calls(token), 1U);
  sell(token);
  await("the refusal to be forgotten", [&] { return ask(token).status == 200; });
  EXPECT_EQ(service_calls(token), 2U);
}

TEST_F(DecisionTest, WithRedisAwayTheServiceAnswers) {
  start();
  await_redis();
  nginx_->expect_error("Redis at 127.0.0.1");
  redis_.stop();
  const std::string token = new_token();
  sell(token);
  EXPECT_EQ(ask(token).status, 200);
  EXPECT_EQ(ask(new_token()).status, 401);
}

TEST_F(DecisionTest, WithTheServiceAwayRedisAnswers) {
  start();
  await_redis();
  service_.answer_with([](const RecordedRequest&) { return TargetAnswer{.status = 503}; });
  const std::string token = new_token();
  write_record(token);
  EXPECT_EQ(ask(token).status, 200);
  const Outcome unknown = ask(new_token());
  EXPECT_EQ(unknown.status, 503);
  EXPECT_EQ(unknown.reason, "unavailable");
}

TEST_F(DecisionTest, WithBothAwayKnownTokensPassForAWhileAndOthersGet503) {
  start({.zone = "tokens:1m unconfirmed=1500ms"});
  await_redis();
  const std::string token = new_token();
  sell(token);
  EXPECT_EQ(ask(token).status, 200);
  nginx_->expect_error("Redis at 127.0.0.1");
  redis_.stop();
  service_.answer_with([](const RecordedRequest&) { return TargetAnswer{.status = 503}; });
  EXPECT_EQ(ask(token).status, 200);
  const HttpResponse refused = get("/", {"X-Access-Token: " + new_token()});
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.header("Retry-After").has_value());
  EXPECT_TRUE(refused.json().has("/detail"));
  await("the token to count no longer", [&] { return ask(token).status == 503; });
}

}  // namespace
}  // namespace zenzefi::test
