// Pistache, as it comes, may send an answer to whoever has the descriptor number of a client that
// left. Through nginx with its kept-open connections, half of the clients leaving early, everybody
// must get their own answer or none.
#include <gtest/gtest.h>

#include <atomic>
#include <random>

#include "account.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/raw_exchange.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr std::size_t kClients = 12;
constexpr int kRequestsEach = 250;

struct Tally {
  std::atomic<int> right{0};
  std::atomic<int> left_early{0};
  std::atomic<int> refused{0};  // 503: a full queue
};

// Asks who it is, and leaves before the answer every other time.
void ask(const Stack& stack, const Account& account, const std::string& request_id, bool stay,
         std::minstd_rand& random, Tally& tally) {
  RawSocket socket{stack.port()};
  const std::string request =
      "GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: " +
      request_id + "\r\n" + account.authorization() + "\r\n\r\n";
  socket.send(request);
  if (!stay) {
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 3000});
    if (random() % 2 == 0) {
      socket.reset();
    }
    ++tally.left_early;
    return;
  }
  const std::string answer = socket.receive_all();
  report_exchange(request, answer);
  if (status_of(answer) == 503) {
    ++tally.refused;
    return;
  }
  ASSERT_EQ(status_of(answer), 200) << answer;
  ASSERT_NE(answer.find(account.id()), std::string::npos) << "somebody else's: " << answer;
  ASSERT_NE(answer.find(request_id), std::string::npos) << "another request's: " << answer;
  ++tally.right;
}

TEST(Answers, ReachTheClientThatAskedOrNobody) {
  Stack stack;
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < kClients; ++i) {
    accounts.emplace_back(stack, "0");
  }
  Tally tally;
  concurrently(kClients, [&](std::size_t client) {
    std::minstd_rand random{static_cast<unsigned>(client + 1)};
    for (int i = 0; i < kRequestsEach; ++i) {
      const std::string request_id = "client-" + std::to_string(client) + "-" + std::to_string(i);
      ask(stack, accounts[client], request_id, i % 2 == 0, random, tally);
    }
    return 0;
  });
  EXPECT_GT(tally.right, static_cast<int>(kClients) * kRequestsEach / 4);
  EXPECT_EQ(tally.left_early, static_cast<int>(kClients) * kRequestsEach / 2);
  EXPECT_TRUE(stack.auth.running());
  EXPECT_EQ(accounts.front().get("/users/me").status, 200);
}

}  // namespace
}  // namespace zenzefi::test
