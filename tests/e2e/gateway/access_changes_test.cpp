// What an extension, an administrator and an old snapshot of Redis do to tokens in use.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "shared/grant.hpp"
#include "shared/keys.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class AccessChanges : public testing::Test {
 protected:
  explicit AccessChanges(const StackOptions& options = {}) : stack_{options} {
    // What nginx says about a Redis that is away.
    stack_.nginx().expect_error("Redis|redis");
    stack_.nginx().expect_error("access token");
    change("UPDATE users SET role = 'admin' WHERE id = '" + admin_.id() + "'");
  }

  void change(const std::string& sql) { static_cast<void>(query_value(stack_, sql)); }
  int use(const BoughtToken& token) {
    return client_.get(stack_.proxied(), {token_header(token)}).status;
  }
  [[nodiscard]] std::optional<GrantRecord> record(const BoughtToken& token) const {
    const auto json = stack_.redis.get(active_token_key(*hash_token(token.text)));
    return json ? parse_grant_record(*json) : std::nullopt;
  }
  [[nodiscard]] bool is_granted(const BoughtToken& token) const {
    const auto held = record(token);
    return held && std::holds_alternative<Grant>(*held);
  }
  [[nodiscard]] seconds time_to_live(const BoughtToken& token) const {
    const std::string key = active_token_key(*hash_token(token.text));
    return seconds{stack_.redis.command({"TTL", key}).integer};
  }
  HttpResponse extend(const BoughtToken& token, int hours) {
    return alice_.post("/tokens/" + token.id + "/extend",
                       R"({"duration_hours":)" + std::to_string(hours) + "}");
  }
  // Sets its clock as if the first use had been long ago.
  void let_expire_in(const BoughtToken& token, seconds left) {
    change(
        "UPDATE access_tokens SET activated_at = date_trunc('second', now()) + "
        "interval '" +
        std::to_string(left.count()) +
        " seconds' - make_interval(hours => duration_hours) WHERE id = '" + token.id + "'");
  }

  Stack stack_;
  Account alice_{stack_};
  Account admin_{stack_};
  HttpClient client_;
};

TEST_F(AccessChanges, AnOldSnapshotOfRedisDoesNotBringARevokedTokenBack) {
  const BoughtToken revoked = alice_.buy();
  const BoughtToken kept = alice_.buy();
  ASSERT_EQ(use(revoked), 200);
  ASSERT_EQ(use(kept), 200);
  await("both grants in Redis", [&] { return is_granted(revoked) && is_granted(kept); });
  ASSERT_EQ(stack_.redis.command({"SAVE"}).text, "OK");
  ASSERT_EQ(alice_.revoke(revoked).status, 200);
  await("the token to be refused", [&] { return use(revoked) == 401; });

  stack_.redis.kill();
  stack_.auth.pause();  // so that the old grant can be seen
  stack_.redis.start();
  ASSERT_TRUE(is_granted(revoked)) << "the snapshot is older than the revocation";
  stack_.auth.resume();
  await(
      "Redis to be told again", [&] { return !is_granted(revoked); }, seconds{2});
  await(
      "the token to be refused", [&] { return use(revoked) == 401; }, seconds{2});
  EXPECT_FALSE(holds_within(milliseconds{500}, [&] { return use(revoked) == 200; }));
  EXPECT_TRUE(is_granted(kept));
  EXPECT_EQ(use(kept), 200);
}

TEST_F(AccessChanges, AnExtendedTokenOutlivesItsOldEnd) {
  const BoughtToken token = alice_.buy(1);
  let_expire_in(token, seconds{3});
  ASSERT_EQ(use(token), 200);
  const auto extended = extend(token, 12);
  ASSERT_EQ(extended.status, 200) << extended.body;
  EXPECT_EQ(extended.json().integer("/duration_hours"), 13);
  await("the new end in Redis", [&] {
    const auto held = record(token);
    return held && format_timestamp(std::get<Grant>(*held).expires_at) ==
                       extended.json().text("/expires_at");
  });
  EXPECT_FALSE(holds_within(seconds{4}, [&] { return use(token) != 200; })) << "not for a moment";
  expect_ledger_adds_up(stack_);
}

TEST_F(AccessChanges, AnExtensionMadeWithoutRedisArrives) {
  const BoughtToken token = alice_.buy(1);
  ASSERT_EQ(use(token), 200);
  await("the grant in Redis", [&] { return is_granted(token); });
  ASSERT_EQ(stack_.redis.command({"SAVE"}).text, "OK");
  stack_.redis.kill();
  const auto extended = extend(token, 24);
  ASSERT_EQ(extended.status, 200) << extended.body;
  stack_.redis.start();
  await("the new end in Redis", [&] {
    const auto held = record(token);
    const auto* const grant = held ? std::get_if<Grant>(&*held) : nullptr;
    return grant != nullptr && grant->duration_hours == 25;
  });
  await("nothing to be left to deliver",
        [&] { return query_value(stack_, "SELECT count(*) FROM outbox") == "0"; });
}

TEST_F(AccessChanges, ADeactivatedAccountIsShutOutAtOnce) {
  const BoughtToken token = alice_.buy();
  ASSERT_EQ(use(token), 200);
  const HttpRequest deactivate{
      .method = "PATCH",
      .url = stack_.url("/api/v1/admin/users/" + alice_.id()),
      .headers = {admin_.authorization(), "Content-Type: application/json"},
      .body = R"({"is_active":false})"};
  ASSERT_EQ(HttpClient{}.send(deactivate).status, 200);
  await(
      "the token to be refused", [&] { return use(token) == 401; }, milliseconds{200});
  EXPECT_GT(time_to_live(token), std::chrono::hours{23})
      << "a fill can be held up as long as it likes";
  EXPECT_EQ(alice_.get("/users/me").status, 401);
  EXPECT_EQ(admin_.get("/admin/users?search=person").status, 200);
  expect_ledger_adds_up(stack_);
}

TEST_F(AccessChanges, ADeactivationWithoutRedisHoldsAndIsDelivered) {
  const BoughtToken token = alice_.buy();
  ASSERT_EQ(use(token), 200);
  await("the grant in Redis", [&] { return is_granted(token); });
  ASSERT_EQ(stack_.redis.command({"SAVE"}).text, "OK");
  stack_.redis.kill();
  const HttpRequest deactivate{
      .method = "PATCH",
      .url = stack_.url("/api/v1/admin/users/" + alice_.id()),
      .headers = {admin_.authorization(), "Content-Type: application/json"},
      .body = R"({"is_active":false})"};
  ASSERT_EQ(HttpClient{}.send(deactivate).status, 200);
  await("the token to be refused", [&] { return use(token) == 401; });
  stack_.redis.start();
  await("the tombstone", [&] { return record(token) && !is_granted(token); });
  EXPECT_GT(time_to_live(token), std::chrono::hours{23});
  await("the token to be refused", [&] { return use(token) == 401; });
  await("nothing to be left to deliver",
        [&] { return query_value(stack_, "SELECT count(*) FROM outbox") == "0"; });
}

TEST_F(AccessChanges, AnEmptiedRedisIsToldOfRevocationsAgain) {
  const BoughtToken token = alice_.buy();
  ASSERT_EQ(use(token), 200);
  ASSERT_EQ(alice_.revoke(token).status, 200);
  stack_.redis.command({"FLUSHALL"});
  await("the tombstone", [&] { return record(token).has_value(); });
  EXPECT_FALSE(is_granted(token));
  EXPECT_GT(time_to_live(token), std::chrono::hours{23});
}

class AccessChangesWithoutPostgres : public AccessChanges {
 protected:
  AccessChangesWithoutPostgres() : AccessChanges{{.own_postgres = true}} {}
};

TEST_F(AccessChangesWithoutPostgres, StoppedAmongRevocationsLetNoRevokedTokenPass) {
  stack_.nginx().expect_error("connect\\(\\) failed|upstream timed out");
  std::vector<BoughtToken> tokens;
  for (int i = 0; i < 8; ++i) {
    tokens.push_back(alice_.buy(1));
    ASSERT_EQ(use(tokens.back()), 200);
  }
  std::vector<int> answers(tokens.size());
  concurrently(tokens.size() + 1, [&](std::size_t i) {
    if (i == tokens.size()) {
      stack_.postgres.stop();
    } else {
      answers[i] = alice_.revoke(tokens[i]).status;
    }
    return 0;
  });
  stack_.postgres.start();
  await("the API to be back", [&] { return alice_.get("/users/me").status == 200; });
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const bool is_revoked =
        query_value(stack_, "SELECT revoked_at IS NOT NULL FROM access_tokens WHERE id = '" +
                                tokens[i].id + "'") == "t";
    EXPECT_TRUE(is_revoked || answers[i] != 200) << "answered and forgotten";
    await("what the database says to hold",
          [&] { return use(tokens[i]) == (is_revoked ? 401 : 200); });
  }
  expect_ledger_adds_up(stack_);
}

TEST_F(AccessChanges, TheAuditLogProvesItself) {
  const BoughtToken token = alice_.buy();
  ASSERT_EQ(use(token), 200);
  ASSERT_EQ(alice_.revoke(token).status, 200);
  const auto whole = stack_.auth.command({"audit", "verify"});
  EXPECT_EQ(whole.status, 0) << whole.output;
  change("ALTER TABLE audit_log DISABLE TRIGGER USER");
  change(
      "UPDATE audit_log SET detail = '{\"refund_amount\": \"1000.00\"}' "
      "WHERE action = 'token.revoked'");
  const auto broken = stack_.auth.command({"audit", "verify"});
  EXPECT_EQ(broken.status, 1);
  EXPECT_NE(broken.output.find(alice_.id()), std::string::npos) << broken.output;
  EXPECT_NE(broken.output.find("is not what was written"), std::string::npos) << broken.output;
}

}  // namespace
}  // namespace zenzefi::test
