// What HTTP libraries fall over, one by one: the contract's answer, and the service alive.
#include <gtest/gtest.h>

#include "tests/integration/http/running_service.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/json.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

class Malformed : public testing::Test {
 protected:
  static void SetUpTestSuite() { service = new RunningService; }
  static void TearDownTestSuite() {
    delete service;
    service = nullptr;
  }
  void TearDown() override {
    HttpClient client;
    EXPECT_EQ(client.get(service->url("/echo/alive")).body, R"({"id":"alive"})");
  }

  // The one answer to `bytes` after which the service closes by itself.
  static std::string last_answer(std::string_view bytes) {
    RawSocket socket{service->port()};
    socket.send(bytes);
    std::string answer = socket.receive_all();
    EXPECT_TRUE(socket.closed()) << "left open after " << answer;
    EXPECT_EQ(answer.find("HTTP/1.1", 1), std::string::npos) << "a second answer: " << answer;
    return answer;
  }

  static void expect_refused(std::string_view bytes, int status) {
    const std::string answer = last_answer(bytes);
    EXPECT_EQ(status_of(answer), status) << answer;
    EXPECT_NE(answer.find("\r\nX-Request-Id: "), std::string::npos) << answer;
    EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
    const std::string body = answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
    EXPECT_FALSE(Json{body}.text("/detail").empty()) << answer;
  }

  static RunningService* service;
};

RunningService* Malformed::service = nullptr;

TEST_F(Malformed, ChunkedBodySplitBetweenCarriageReturnAndLineFeed) {
  RawSocket socket{service->port()};
  socket.send("POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r");
  EXPECT_EQ(status_of(socket.receive_until("}")), 411);
}

TEST_F(Malformed, RestOfARefusedBodyIsNoRequest) {
  const std::string smuggled = "GET /echo/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  expect_refused(
      "POST /echo/a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + smuggled, 411);
  expect_refused("POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n" + smuggled,
                 413);
  expect_refused("nonsense\r\n\r\n" + smuggled, 400);
  expect_refused(
      "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 0\r\n\r\n" +
          smuggled,
      400);
}

TEST_F(Malformed, PathOfSlashes) {
  expect_refused("GET " + std::string(16'000, '/') + " HTTP/1.1\r\n\r\n", 400);
  HttpClient client;
  EXPECT_EQ(client.get(service->url(std::string(2'000, '/'))).status, 404);
}

TEST_F(Malformed, ContentLengthOfManyKinds) {
  const auto post = [](const std::string& length) {
    return "POST /echo/a HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + "\r\n\r\nabc";
  };
  for (const char* length : {"abc", "3xyz", "-3", "+3", "3, 3", ""}) {
    expect_refused(post(length), 400);
  }
  for (const char* length : {"10000000000", "65537", "18446744073709551616"}) {
    expect_refused(post(length), 413);
  }
}

TEST_F(Malformed, PipelinedRequestsAreRefused) {
  expect_refused("GET /echo/1 HTTP/1.1\r\n\r\nGET /echo/2 HTTP/1.1\r\n\r\n", 400);
}

TEST_F(Malformed, InputWhileARequestIsUnderWayEndsTheConnection) {
  RunningService own;
  RawSocket socket{own.port()};
  socket.send("GET /gate HTTP/1.1\r\nHost: x\r\n\r\n");
  own.gate.await_waiting(1);
  socket.send("GET /echo/2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status_of(socket.receive_until("}")), 400);
  own.gate.open();
  // The answer of the first has no place any more.
  EXPECT_EQ(socket.receive_all(), "");
  EXPECT_TRUE(socket.closed());
}

TEST_F(Malformed, ExceptionsStayInside) {
  HttpClient client;
  for (const char* path : {"/throws", "/throws-oddly"}) {
    const HttpResponse response = client.get(service->url(path));
    EXPECT_EQ(response.status, 500) << path;
    EXPECT_EQ(response.body, R"({"detail":"Internal server error"})") << path;
    EXPECT_TRUE(response.header("X-Request-Id")) << path;
  }
}

TEST_F(Malformed, HeadersThatOthersChokeOn) {
  RawSocket socket{service->port()};
  socket.send(
      "GET /echo/a HTTP/1.1\r\nHost: x:99999999\r\nCookie: foo\r\nDate: yesterday\r\n"
      "Cache-Control: =,;\r\nExpect: 100-continue\r\nUser-Agent: \xff\xfe\r\nAccept: ///\r\n"
      "Content-Type: ;;;\r\nAuthorization: ???\r\nConnection: ,,,\r\n\r\n");
  EXPECT_EQ(status_of(socket.receive_until("}")), 200);
}

TEST_F(Malformed, HeadHasNoBody) {
  RawSocket socket{service->port()};
  socket.send("HEAD /echo/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::string answer = socket.receive_all();
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_NE(answer.find("Content-Length: 10\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;

  for (const char* request : {"HEAD /none HTTP/1.1\r\nConnection: close\r\n\r\n",
                              "HEAD / HTTP/1.1\r\nContent-Length: x\r\n\r\n"}) {
    answer = last_answer(request);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
  }
}

TEST_F(Malformed, UnknownRouteAndWrongMethod) {
  HttpClient client;
  const HttpResponse unknown = client.get(service->url("/none?echo"));
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, R"({"detail":"Not found"})");
  EXPECT_EQ(unknown.header("Content-Type"), "application/json");
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "BREW", "TRACE"}) {
    const HttpResponse wrong = client.send({.method = method, .url = service->url("/echo/a")});
    EXPECT_EQ(wrong.status, 405) << method;
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST") << method;
    EXPECT_EQ(wrong.body, R"({"detail":"Method not allowed"})") << method;
  }
}

TEST_F(Malformed, RequestIdIsTakenOrMade) {
  HttpClient client;
  EXPECT_EQ(client.get(service->url("/echo/a"), {"X-Request-Id: mine-1"}).header("X-Request-Id"),
            "mine-1");
  EXPECT_EQ(client.get(service->url("/none"), {"X-Request-Id: mine-2"}).header("X-Request-Id"),
            "mine-2");
  const auto made = client.get(service->url("/echo/a"), {"X-Request-Id: not sane"});
  EXPECT_EQ(made.header("X-Request-Id")->size(), 32U);
}

TEST_F(Malformed, BytesThatAreNoHttpAtAll) {
  expect_refused(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 13), 400);
  expect_refused(std::string(64 * 1024, '\0'), 400);
  expect_refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
}

}  // namespace
}  // namespace zenzefi::test
