// More than the service can do at once: it says so quickly, and goes on with what it has.
#include <gtest/gtest.h>

#include <vector>

#include "http/wire/response_format.hpp"
#include "tests/integration/http/running_service.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

constexpr http::PoolOptions kSmallPools{
    .general_workers = 1, .password_workers = 1, .check_workers = 1, .queue_size = 2};

TEST(Pressure, AFullQueueIs503WithRetryAfter) {
  RunningService service{kSmallPools};
  std::vector<RawSocket> patient;
  for (int i = 0; i < 3; ++i) {
    patient.emplace_back(service.port());
    patient.back().send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
    if (i == 0) {
      service.gate.await_waiting(1);
    }
  }
  await("two to wait in the queue", [&] {
    return service.metrics().find("zenzefi_pool_queue_depth{pool=\"general\"} 2") !=
           std::string::npos;
  });

  HttpClient client;
  const HttpResponse shed = client.get(service.url("/echo/a"));
  EXPECT_EQ(shed.status, 503);
  EXPECT_EQ(shed.header("Retry-After"), "1");
  EXPECT_EQ(shed.body, R"({"detail":"The service is busy"})");
  // The other pools go on, and so does what needs none.
  EXPECT_EQ(client.post_json(service.url("/echo/a"), "{}").status, 200);
  EXPECT_EQ(client.get(service.url("/inline/a")).status, 200);
  EXPECT_NE(service.metrics().find("zenzefi_pool_refused_total{pool=\"general\"} 1"),
            std::string::npos);

  service.gate.open();
  for (RawSocket& socket : patient) {
    EXPECT_EQ(status_of(socket.receive_until("}")), 200);
  }
}

TEST(Pressure, AClientThatDoesNotReadDelaysNobody) {
  RunningService service{kSmallPools};
  std::vector<RawSocket> stubborn;
  for (int i = 0; i < 8; ++i) {
    stubborn.emplace_back(service.port());
    stubborn.back().send("POST /large HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  }
  HttpClient client;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.get(service.url("/inline/a")).status, 200);
  }
  // The one worker is free again, although nobody has read a byte of the large answers.
  await("a free worker", [&] { return client.get(service.url("/echo/a")).status == 200; });
  const std::string answer = stubborn.front().receive_until("\r\n\r\n");
  EXPECT_TRUE(status_of(answer) == 200 || status_of(answer) == 503) << answer;
}

TEST(Pressure, ALargeAnswerArrivesWhole) {
  RunningService service;
  const auto sizes = concurrently(8, [&](std::size_t /*i*/) {
    HttpClient client;
    std::size_t size = 0;
    for (int n = 0; n < 20; ++n) {
      size += client.post_json(service.url("/large"), "{}").body.size();
    }
    return size;
  });
  for (const std::size_t size : sizes) {
    EXPECT_EQ(size, 20 * http::kMaxResponseBody);
  }
}

TEST(Pressure, ASlowClientIsServedAndDelaysNobody) {
  RunningService service;
  RawSocket slow{service.port()};
  HttpClient client;
  for (const char byte :
       std::string_view{"POST /echo/slow HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"}) {
    slow.send({&byte, 1});
    EXPECT_EQ(client.get(service.url("/echo/quick")).status, 200);
  }
  EXPECT_TRUE(slow.receive_until("}").ends_with(R"({"id":"slow"})"));
}

}  // namespace
}  // namespace zenzefi::test
