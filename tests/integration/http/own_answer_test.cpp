// An answer reaches the one who asked, or nobody: also when clients leave at any moment, so that
// their descriptor numbers pass to others while answers are still being made.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/integration/http/running_service.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

// Sanitizers make everything ten times slower; the races stay.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kRequestsPerThread = 400;
#else
constexpr int kRequestsPerThread = 4'000;
#endif
constexpr int kThreads = 8;

struct Tally {
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
  std::atomic<int> left{0};
};

// One client after another. Half of them leave before they have their answer.
class Crowd {
 public:
  Crowd(std::uint16_t port, std::string path, int number, Tally& tally)
      : port_(port),
        path_(std::move(path)),
        name_("t" + std::to_string(number) + "n"),
        random_(static_cast<std::uint32_t>(number)),
        tally_(tally) {}

  void run() {
    for (int i = 0; i < kRequestsPerThread; ++i) {
      try {
        one(name_ + std::to_string(i));
      } catch (const std::system_error&) {
        // Refused or reset: no answer is no wrong answer.
      }
    }
  }

 private:
  void one(const std::string& id) {
    RawSocket socket{port_};
    const int requests = static_cast<int>(random_() % 3) + 1;
    for (int n = 0; n < requests; ++n) {
      const std::string own = id + "r" + std::to_string(n);
      socket.send("GET " + path_ + own + " HTTP/1.1\r\nHost: x\r\n\r\n");
      if (random_() % 2 == 0) {
        leave(socket);
        return;
      }
      const std::string answer = socket.receive_until("}");
      const bool right = answer.ends_with(R"({"id":")" + own + "\"}") &&
                         answer.find("HTTP/1.1", 1) == std::string::npos;
      ++(right ? tally_.right : tally_.wrong);
      EXPECT_TRUE(right) << "asked for " << own << ", got " << answer;
    }
  }

  void leave(RawSocket& socket) {
    ++tally_.left;
    std::this_thread::sleep_for(std::chrono::microseconds{random_() % 200});
    if (random_() % 2 == 0) {
      socket.reset();
    } else {
      socket.close();
    }
  }

  std::uint16_t port_;
  std::string path_;
  std::string name_;
  std::minstd_rand random_;
  Tally& tally_;
};

class OwnAnswer : public testing::TestWithParam<const char*> {};

TEST_P(OwnAnswer, ReachesTheOneWhoAskedOrNobody) {
  RunningService service;
  Tally tally;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] { Crowd{service.port(), GetParam(), i, tally}.run(); });
    }
  }
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_GT(tally.right, kThreads * kRequestsPerThread / 4);
  EXPECT_GT(tally.left, kThreads * kRequestsPerThread / 4);
}

INSTANTIATE_TEST_SUITE_P(FromAPoolAndFromTheIoThread, OwnAnswer,
                         testing::Values("/echo/", "/inline/"),
                         [](const testing::TestParamInfo<const char*>& tested) {
                           return tested.index == 0 ? "Pool" : "IoThread";
                         });

// The smallest case: the answer is made while the number of its descriptor is another's already.
TEST(OwnAnswer, DoesNotFollowADescriptorNumber) {
  RunningService service;
  {
    RawSocket leaver{service.port()};
    leaver.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    service.gate.await_waiting(1);
    leaver.reset();
  }
  await("the leaver's connection to be closed",
        [&] { return service.metrics().find("{listener=\"public\"} 0") != std::string::npos; });
  std::vector<RawSocket> others;
  for (int i = 0; i < 20; ++i) {
    others.emplace_back(service.port());
    others.back().send("GET /inline/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)others.back().receive_until("}");
  }
  const std::size_t before = service.answered();
  service.gate.open();
  await("the late answer", [&] { return service.answered() > before; });
  for (std::size_t i = 0; i < others.size(); ++i) {
    others[i].send("GET /echo/again" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = others[i].receive_until("}");
    EXPECT_TRUE(answer.ends_with("again" + std::to_string(i) + "\"}")) << answer;
    EXPECT_EQ(answer.find("passed"), std::string::npos) << answer;
  }
}

}  // namespace
}  // namespace zenzefi::test
