// Many requests at once, and many tokens that nobody sold.
#include <sys/resource.h>

#include <algorithm>
#include <future>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kWorkers = 2;

// Files that this process may have open, as many as it is allowed to.
std::size_t raise_limit_of_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

class StampedeTest : public ModuleTest {
 protected:
  static constexpr char kPages[] =
      "location = /here { access_token on; empty_gif; }\n"
      "location = /status.json { access_token_status json; }\n";

  [[nodiscard]] static std::string request(const std::string& token,
                                           const std::string& connection = "close") {
    return "GET /here HTTP/1.1\r\nHost: x\r\nConnection: " + connection +
           "\r\nX-Access-Token: " + token + "\r\n\r\n";
  }
  [[nodiscard]] std::vector<RawSocket> send(std::size_t count, const std::string& token) const {
    std::vector<RawSocket> clients;
    clients.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      clients.emplace_back(port_);
    }
    for (RawSocket& client : clients) {
      client.send(request(token));
    }
    return clients;
  }
  [[nodiscard]] static std::size_t passed(std::vector<RawSocket>& clients) {
    return static_cast<std::size_t>(std::count_if(
        clients.begin(), clients.end(),
        [](RawSocket& client) { return status_of(client.receive_all(3 * kPatience)) == 200; }));
  }
  [[nodiscard]] std::int64_t coalesced() {
    return get("/status.json").json().integer("/coalesced");
  }
};

TEST_F(StampedeTest, OneUncachedTokenIsAskedForOnceAWorkerAndOnceAtTheService) {
  // Each is a file here, and one of nginx's.
  const std::size_t at_once = std::min<std::size_t>(10'000, raise_limit_of_files() - 500);
  start({.locations = kPages, .workers = kWorkers, .worker_connections = 10'500});
  await_redis();
  const std::string token = new_token();
  std::promise<void> all_are_here;
  service_.answer_with([answer = all_are_here.get_future().share()](const RecordedRequest&) {
    answer.wait();
    return grant();
  });
  const auto gets_before = gets_served();
  const auto coalesced_before = coalesced();
  std::vector<RawSocket> clients = send(at_once, token);
  // All but the first of each worker.
  await(
      "all to wait for one answer",
      [&] {
        return coalesced() - coalesced_before >= static_cast<std::int64_t>(at_once - kWorkers);
      },
      6 * kPatience);
  all_are_here.set_value();
  EXPECT_EQ(passed(clients), at_once);
  EXPECT_LE(gets_served() - gets_before, static_cast<long long>(kWorkers));
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(StampedeTest, AServiceThatTakesItsTimeIsAskedOnceAllTheSame) {
  start({.locations = kPages, .workers = kWorkers});
  await_redis();
  const std::string token = new_token();
  // Twice as long as a worker that was killed keeps the others from asking.
  service_.answer_with([](const RecordedRequest&) {
    std::this_thread::sleep_for(seconds{4});
    return grant();
  });
  std::vector<RawSocket> clients = send(100, token);
  EXPECT_EQ(passed(clients), 100U);
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(StampedeTest, WhatAKilledWorkerAskedItsSuccessorAsks) {
  start({.locations = kPages});
  await_redis();
  const std::string token = new_token();
  std::promise<void> killed;
  service_.answer_with([answer = killed.get_future().share()](const RecordedRequest&) {
    answer.wait();
    return grant();
  });
  std::vector<RawSocket> lost = send(1, token);
  await("the worker to ask", [&] { return service_calls(token) == 1; });
  nginx_->kill_worker(nginx_->workers().front());
  std::vector<RawSocket> clients = send(20, token);
  killed.set_value();
  EXPECT_EQ(passed(clients), 20U);
  EXPECT_EQ(service_calls(token), 2U);
}

TEST_F(StampedeTest, GuessingEvictsNoGoodTokenAndNobodyIsAskedTwice) {
  constexpr std::size_t kGuessers = 8;
  constexpr std::size_t kGuesses = 2'500;
  start({.zone = "tokens:16m negative=600s",
         .http = "keepalive_requests 1000000;",
         .locations = kPages});
  await_redis();
  std::vector<std::string> good;
  for (int i = 0; i < 50; ++i) {
    good.push_back(new_token());
    sell(good.back());
    ASSERT_EQ(ask(good.back(), "/here").status, 200);
  }
  service_.clear();
  // Each one twice, on a connection that waits for no answer before the next.
  const auto refused = concurrently(kGuessers, [&](std::size_t guesser) {
    std::string requests;
    for (std::size_t i = 0; i < 2 * kGuesses; ++i) {
      requests += request(
          "guess-" + std::to_string(guesser) + "-" + std::to_string(i / 2) + std::string(32, 'x'),
          i + 1 < 2 * kGuesses ? "keep-alive" : "close");
    }
    RawSocket client{port_};
    std::string answers;
    const std::jthread sender{[&] { client.send(requests); }};
    answers = client.receive_all(12 * kPatience);
    std::size_t count = 0;
    for (auto at = answers.find("HTTP/1.1 401"); at != std::string::npos;
         at = answers.find("HTTP/1.1 401", at + 1)) {
      ++count;
    }
    return count;
  });
  EXPECT_EQ(refused, std::vector<std::size_t>(kGuessers, 2 * kGuesses));
  EXPECT_EQ(service_.count(), kGuessers * kGuesses);
  for (const std::string& token : good) {
    EXPECT_EQ(ask(token, "/here").cache, "L1");
  }
  EXPECT_EQ(get("/status.json").json().integer("/grants/evicted"), 0);
}

TEST_F(StampedeTest, MoreGuessesThanThereIsRoomForEvictOnlyEachOther) {
  start({.zone = "tokens:256k negative=60s", .locations = kPages});
  await_redis();
  const std::string good = new_token();
  sell(good);
  EXPECT_EQ(ask(good, "/here").status, 200);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(ask(new_token(), "/here").status, 401);
  }
  EXPECT_EQ(ask(good, "/here").cache, "L1");
  const Json status = get("/status.json").json();
  EXPECT_EQ(status.integer("/grants/evicted"), 0);
  EXPECT_GT(status.integer("/refusals/evicted"), 0);
}

}  // namespace
}  // namespace zenzefi::test
