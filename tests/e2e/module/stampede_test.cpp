// Many requests at once, and many tokens that nobody sold.
#include <future>
#include <regex>

#include "shared/check.hpp"
#include "shared/timestamp.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kWorkers = 2;
constexpr std::size_t kAtOnce = 2'000;
constexpr char kPages[] =
    "location = /here { access_token on; empty_gif; }\n"
    "location = /status.json { access_token_status json; }\n";

class StampedeTest : public ModuleTest {
 protected:
  [[nodiscard]] long long gets_served() const {
    const std::string stats = redis_.command({"INFO", "commandstats"}).text;
    std::smatch match;
    return std::regex_search(stats, match, std::regex{"cmdstat_get:calls=(\\d+)"})
               ? std::stoll(match[1])
               : 0;
  }
  [[nodiscard]] std::int64_t coalesced() {
    return get("/status.json").json().integer("/coalesced");
  }
};

TEST_F(StampedeTest, OneUncachedTokenIsAskedForOnceAWorkerAndOnceAtTheService) {
  start({.locations = kPages, .workers = kWorkers});
  await_redis();
  const std::string token = new_token();
  std::promise<void> all_are_here;
  const auto answer = all_are_here.get_future().share();
  service_.answer_with([&](const RecordedRequest&) -> TargetAnswer {
    answer.wait();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return {.status = 204,
            .headers = {{std::string{check::kUserIdHeader}, kUserId},
                        {std::string{check::kTokenIdHeader}, kTokenId},
                        {std::string{check::kExpiresAtHeader},
                         format_timestamp(now + std::chrono::hours{1})},
                        {std::string{check::kDurationHeader}, "1"}}};
  });
  const auto gets_before = gets_served();
  const auto coalesced_before = coalesced();
  std::vector<RawSocket> clients;
  clients.reserve(kAtOnce);
  for (std::size_t i = 0; i < kAtOnce; ++i) {
    clients.emplace_back(port_);
  }
  for (RawSocket& client : clients) {
    client.send("GET /here HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Access-Token: " + token +
                "\r\n\r\n");
  }
  // All but the first of each worker.
  await("all to wait for one answer", [&] {
    return coalesced() - coalesced_before >= static_cast<std::int64_t>(kAtOnce - kWorkers);
  });
  all_are_here.set_value();
  std::size_t passed = 0;
  for (RawSocket& client : clients) {
    passed += status_of(client.receive_all()) == 200 ? 1U : 0U;
  }
  EXPECT_EQ(passed, kAtOnce);
  EXPECT_LE(gets_served() - gets_before, static_cast<long long>(kWorkers));
  EXPECT_EQ(service_calls(token), 1U);
}

TEST_F(StampedeTest, GuessingEvictsNoGoodTokenAndNobodyIsAskedTwice) {
  start({.zone = "tokens:256k negative=60s", .locations = kPages});
  await_redis();
  std::vector<std::string> good;
  for (int i = 0; i < 50; ++i) {
    good.push_back(new_token());
    sell(good.back());
    ASSERT_EQ(ask(good.back(), "/here").status, 200);
  }
  const std::string bad = new_token();
  EXPECT_EQ(ask(bad, "/here").status, 401);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(ask(bad, "/here").cache, "NEGATIVE");
  }
  EXPECT_EQ(service_calls(bad), 1U);
  // Many times what the zone has room for.
  for (int i = 0; i < 3'000; ++i) {
    ASSERT_EQ(ask(new_token(), "/here").status, 401);
  }
  for (const std::string& token : good) {
    EXPECT_EQ(ask(token, "/here").cache, "L1");
  }
  const Json status = get("/status.json").json();
  EXPECT_EQ(status.integer("/grants/evicted"), 0);
  EXPECT_GT(status.integer("/refusals/evicted"), 0);
}

}  // namespace
}  // namespace zenzefi::test
