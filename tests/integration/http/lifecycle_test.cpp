// From start to stop.
#include <gtest/gtest.h>

#include <future>
#include <stdexcept>

#include "tests/integration/http/running_service.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

TEST(Lifecycle, ListensOnTwoPortsOfItsOwn) {
  const RunningService service;
  EXPECT_NE(service.port(), 0);
  EXPECT_NE(service.internal_port(), 0);
  EXPECT_NE(service.port(), service.internal_port());
  HttpClient client;
  EXPECT_EQ(client.get(service.url("/metrics")).status, 404) << "metrics are not for clients";
  EXPECT_NE(service.metrics().find("# TYPE zenzefi_http_requests_total counter"),
            std::string::npos);
}

TEST(Lifecycle, SaysThatAPortIsTaken) {
  const RunningService service;
  http::Service second{{.public_port = service.port()}, {}, {}, {}};
  EXPECT_THROW(second.start(), std::runtime_error);
}

TEST(Lifecycle, StartsAndStopsAgainAndAgain) {
  for (int i = 0; i < 20; ++i) {
    RunningService service;
    HttpClient client;
    EXPECT_EQ(client.get(service.url("/echo/a")).status, 200);
  }
}

TEST(Lifecycle, StopsWithoutHavingStarted) {
  const http::Service service{{}, {}, {}, {}};
  SUCCEED();
}

TEST(Lifecycle, StopLosesNoRequestUnderWay) {
  constexpr int kUnderWay = 20;
  RunningService service;  // eight workers: most of the twenty wait in the queue
  std::vector<RawSocket> clients;
  for (int i = 0; i < kUnderWay; ++i) {
    clients.emplace_back(service.port());
    clients.back().send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  service.gate.await_waiting(8);
  await("the rest to be queued", [&] {
    return service.metrics().find("zenzefi_pool_queue_depth{pool=\"general\"} 12") !=
           std::string::npos;
  });

  auto stopped = std::async(std::launch::async, [&] { service.service().drain_and_stop(); });
  await("new requests to be refused", [&] {
    RawSocket late{service.port()};
    late.send("GET /inline/late HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = late.receive_until("}");
    return status_of(answer) == 503 && answer.find("Retry-After: 1\r\n") != std::string::npos &&
           answer.find("Connection: close\r\n") != std::string::npos;
  });
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds{0}), std::future_status::timeout);

  service.gate.open();
  for (RawSocket& client : clients) {
    const std::string answer = client.receive_all();
    EXPECT_EQ(status_of(answer), 200) << answer;
    EXPECT_TRUE(answer.ends_with(R"({"passed":true})")) << answer;
    EXPECT_TRUE(client.closed());
  }
  stopped.get();
  EXPECT_FALSE(RawSocket::accepts(service.port()));
}

TEST(Lifecycle, StopClosesIdleConnections) {
  RunningService service;
  RawSocket idle{service.port()};
  RawSocket half{service.port()};
  half.send("GET /echo/a HTT");
  HttpClient client;
  EXPECT_EQ(client.get(service.url("/echo/a")).status, 200);
  service.service().drain_and_stop();
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_TRUE(idle.closed());
  (void)half.receive_all();
  EXPECT_TRUE(half.closed());
}

}  // namespace
}  // namespace zenzefi::test
