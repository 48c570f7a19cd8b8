#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "account.hpp"
#include "ledger.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

// From the service's answer on, by connections to both nginx workers that had the token in memory.
TEST(Revocation, ReachesEveryWorkerWithin50Milliseconds) {
  Stack stack{{.nginx_workers = 2}};
  const Account alice{stack, "5000.00"};
  constexpr int kRounds = 20;
  std::vector<milliseconds> times;
  for (int round = 0; round < kRounds; ++round) {
    const BoughtToken token = alice.buy(24);
    std::vector<HttpClient> clients(8);
    const auto status_of_each = [&](int wanted) {
      return std::all_of(clients.begin(), clients.end(), [&](HttpClient& client) {
        return client.get(stack.proxied(), {token_header(token)}).status == wanted;
      });
    };
    ASSERT_TRUE(status_of_each(200));
    ASSERT_EQ(alice.revoke(token).status, 200);
    times.push_back(await("everybody to refuse", [&] { return status_of_each(401); }));
    // And it stays so, whatever was under way.
    ASSERT_TRUE(status_of_each(401));
  }
  std::sort(times.begin(), times.end());
  EXPECT_LE(times.back(), milliseconds{50}) << "median " << times[kRounds / 2].count() << " ms";
}

TEST(Revocation, IsFinalWhileTheTokenIsInUse) {
  Stack stack;
  const Account alice{stack};
  const BoughtToken token = alice.buy(24);
  std::atomic<bool> stop{false};
  std::atomic<bool> refused{false};
  std::atomic<int> passed_after_refusal{0};
  {
    std::vector<std::jthread> users;
    users.reserve(4);
    for (int i = 0; i < 4; ++i) {
      users.emplace_back([&] {
        HttpClient client;
        while (!stop) {
          const bool was_refused = refused;
          const int status = client.get(stack.proxied(), {token_header(token)}).status;
          if (status == 200 && was_refused) {
            ++passed_after_refusal;
          }
        }
      });
    }
    await("the token to be used", [&] { return stack.target.count() > 100; });
    ASSERT_EQ(alice.revoke(token).status, 200);
    HttpClient client;
    await("the token to be refused",
          [&] { return client.get(stack.proxied(), {token_header(token)}).status == 401; });
    // Both workers have it from the same memory, so from here on nobody may pass.
    refused = true;
    const std::size_t count = stack.target.count() + 200;
    static_cast<void>(
        holds_within(milliseconds{500}, [&] { return stack.target.count() > count; }));
    stop = true;
  }
  EXPECT_EQ(passed_after_refusal, 0);
}

// The tombstone says since when, or the histogram stays empty.
TEST(Revocation, IsMeasuredFromTheAnswerToTheDrop) {
  Stack stack;
  const Account alice{stack};
  const std::string measured = R"(access_token_revocation_seconds_count{until="drop"})";
  for (int round = 1; round <= 3; ++round) {
    const BoughtToken token = alice.buy(1);
    make_known(stack, token);
    ASSERT_EQ(alice.revoke(token).status, 200);
    await("the revocation to be measured",
          [&] { return stack.figure(measured) == std::to_string(round); });
  }
}

TEST(Revocation, OfOneTokenLeavesTheOthersAlone) {
  Stack stack;
  const Account alice{stack};
  const BoughtToken one = alice.buy(1);
  const BoughtToken two = alice.buy(1);
  HttpClient client;
  const auto status = [&](const BoughtToken& token) {
    return client.get(stack.proxied(), {token_header(token)}).status;
  };
  ASSERT_EQ(status(one), 200);
  ASSERT_EQ(status(two), 200);
  ASSERT_EQ(alice.revoke(one).status, 200);
  await("the token to be refused", [&] { return status(one) == 401; });
  EXPECT_EQ(status(two), 200);
}

TEST(Revocation, OfSomebodyElsesTokenIsNotFound) {
  Stack stack;
  const Account alice{stack};
  const Account mallory{stack};
  const BoughtToken token = alice.buy(1);
  const HttpResponse theirs = mallory.revoke(token);
  const HttpResponse nobodys = mallory.remove("/tokens/00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(theirs.status, 404);
  EXPECT_EQ(theirs.body, nobodys.body);
  EXPECT_EQ(HttpClient{}.get(stack.proxied(), {token_header(token)}).status, 200);
}

}  // namespace
}  // namespace zenzefi::test
