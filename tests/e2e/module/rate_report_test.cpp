// access_token_limit over several nginx: what each of them reports to Redis.
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/e2e/module/limits_fixture.hpp"

namespace zenzefi::test {
namespace {

// Another nginx, with its own zone, and the same Redis.
TEST_F(LimitsTest, TwoNodesHoldOneLimit) {
  constexpr int kAll = 40;
  constexpr int kAtFirst = 25;
  const ModuleSetup setup{.locations =
                              guarded("/limited", "access_token_limit rate=20r/m burst=39;")};
  const std::string counter = std::string{"rate_limit:proxy:"} + kUserId;
  const auto await_counter = [&](int total) {
    await("the counter to be " + std::to_string(total),
          [&] { return redis_.get(counter) == std::to_string(total); });
    // Asks Redis about it, so the answers to reports have come, too.
    EXPECT_EQ(ask(new_token()).status, 401);
  };
  const std::uint16_t first_port = port_;
  start(setup);
  await_redis();
  const std::unique_ptr<NginxServer> first = std::move(nginx_);
  const std::uint16_t second_port = port_ = free_port();
  http2_port_ = free_port();
  start(setup);
  await_redis();

  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(1);
  port_ = first_port;
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(2);
  ASSERT_EQ(passed_of(kAtFirst, "/limited", token_), kAtFirst);
  await_counter(kAtFirst + 2);
  port_ = second_port;
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  await_counter(kAtFirst + 3);
  const int left = passed_of(kAll, "/limited", token_);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const int most = kAll - kAtFirst - 3;
  EXPECT_GE(left, most);
  EXPECT_LE(left, most + 1 + took.count() * 20 / 60);
  const long long life = redis_.command({"PTTL", counter}).integer;
  EXPECT_GT(life, 0);
  EXPECT_LE(life, 60'000);
}

// Both are reported in one command, the first of them first: where they stand in it follows from
// the last four bytes.
TEST_F(LimitsTest, ACounterThatIsNoneKeepsNoOtherBack) {
  constexpr std::string_view kFirst = "11111111-2222-4333-8444-555500000000";
  constexpr std::string_view kSecond = "11111111-2222-4333-8444-555501000000";
  start({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  await_redis();
  const std::string second = new_token();
  write_record(token_, record(std::string{kFirst}, kTokenId));
  write_record(second, record(std::string{kSecond}, kOtherTokenId));
  redis_.command({"RPUSH", "rate_limit:proxy:" + std::string{kFirst}, "no number"});
  ASSERT_EQ(passed_of(1, "/limited", token_), 1);
  ASSERT_EQ(passed_of(1, "/limited", second), 1);
  await("the second to be counted",
        [&] { return redis_.get("rate_limit:proxy:" + std::string{kSecond}) == "1"; });
  EXPECT_EQ(redis_.command({"TYPE", "rate_limit:proxy:" + std::string{kFirst}}).text, "list");
}

// The last four bytes of all have the same twelve bits lowest, which is where they are kept until
// they are reported: beside the first of these there are seven places.
TEST_F(LimitsTest, WhoLeavesAPlaceToAnotherIsCountedAllTheSame) {
  constexpr int kNeighbours = 12;
  start({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  await_redis();
  std::vector<std::string> users;
  for (int i = 0; i < kNeighbours; ++i) {
    users.push_back(std::string{"11111111-2222-4333-8444-555500"} + "0123456789ab"[i] + "00000");
    const std::string token = new_token();
    write_record(token, record(users.back(), kTokenId));
    ASSERT_EQ(passed_of(2, "/limited", token), 2);
  }
  for (const std::string& user : users) {
    await("the requests of " + user + " to be counted",
          [&] { return redis_.get("rate_limit:proxy:" + user) == "2"; });
  }
}

TEST_F(LimitsTest, AReplicaInFrontKeepsNoReportBack) {
  const RedisServer replica{
      {.arguments = {"--replicaof", "127.0.0.1", std::to_string(redis_.port())}}};
  redis_.command({"CONFIG", "SET", "repl-diskless-sync-delay", "0"});
  await("the replica to be in step", [&] {
    return replica.command({"INFO", "replication"}).text.find("master_link_status:up") !=
           std::string::npos;
  });
  std::string http =
      render({.locations = guarded("/limited", "access_token_limit rate=1000r/s burst=9000;")});
  const std::string master = "access_token_redis " + redis_.url() + ";\n";
  http.insert(http.find(master), "access_token_redis " + replica.url() + ";\n");
  nginx_ = std::make_unique<NginxServer>(NginxOptions{.http = http, .ports = {port_}});
  nginx_->expect_error("Redis at 127.0.0.1");
  await("the link to stand to the replica", [&] {
    return nginx_->logged("connected to Redis at 127.0.0.1:" + std::to_string(replica.port()));
  });
  await("reports to come to the master", [&] {
    EXPECT_EQ(passed_of(1, "/limited", token_), 1);
    return redis_.get(std::string{"rate_limit:proxy:"} + kUserId).has_value();
  });
}

}  // namespace
}  // namespace zenzefi::test
