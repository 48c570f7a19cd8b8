// Answers of nginx's own have the API's shape; the target's pass as they are.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

void expect_detail(const HttpResponse& response, int status, const std::string& detail) {
  EXPECT_EQ(response.status, status);
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  EXPECT_EQ(response.json().text("/detail"), detail);
}

TEST(Failure, ATargetThatIsAwayIs502) {
  Gateway gateway{"http://127.0.0.1:" + std::to_string(free_port())};
  gateway.nginx().expect_error("connect\\(\\) failed");
  expect_detail(gateway.get("/"), 502, "The target cannot be reached");
  expect_detail(gateway.send({.method = "POST", .url = gateway.url("/"), .body = "x"}), 502,
                "The target cannot be reached");
  expect_detail(gateway.send({.url = gateway.origin() + "/", .headers = {"Host: own.example"}}),
                502, "The target cannot be reached");
}

TEST(Failure, ATargetThatIsSlowIs504) {
  const DemoTarget target;
  Gateway gateway{target.origin(), {{"ZENZEFI_TARGET_TIMEOUT", "300ms"}}};
  gateway.nginx().expect_error("upstream timed out");
  expect_detail(gateway.get("/slow?ms=20000"), 504, "The target did not answer in time");
  EXPECT_EQ(gateway.get("/slow?ms=10").body, "at last\n");
}

TEST(Failure, TheTargetsOwnErrorsPass) {
  const DemoTarget target;
  Gateway gateway{target.origin()};
  for (const int status : {400, 401, 403, 404, 413, 500, 502, 503, 504}) {
    const HttpResponse response = gateway.get("/answer?code=" + std::to_string(status));
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.body, "the target's own answer\n");
  }
}

TEST(Failure, ATargetCannotSendClientsIntoTheGatewaysOwnLocations) {
  RecordingTarget target{[](const RecordedRequest&) {
    return TargetAnswer{.headers = {{"X-Accel-Redirect", "/_access_token"}}, .body = "mine"};
  }};
  Gateway gateway{target.url()};
  const HttpResponse response = gateway.get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "mine");
}

TEST(Failure, WhatNginxRefusesItself) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  HttpClient client;
  const std::string origin = gateway.origin();
  gateway.nginx().expect_error("too large body");
  expect_detail(client.get(origin + "/elsewhere"), 404, "Not found");
  expect_detail(client.get(origin + "/_access_token"), 404, "Not found");
  expect_detail(client.get(origin + "/_zenzefi/error/404"), 404, "Not found");
  expect_detail(client.get(origin + "/_zenzefi/error/target-away"), 404, "Not found");
  expect_detail(client.send({.method = "TRACE", .url = gateway.url("/")}), 405,
                "Method not allowed");
  expect_detail(client.post_json(origin + "/api/v1/auth/login", std::string(20'000, ' ')), 413,
                "Request body is too large");
  expect_detail(client.post_json(origin + "/api/v1/proxy/authenticate", std::string(20'000, ' '),
                                 {"Host: own.example"}),
                413, "Request body is too large");
  expect_detail(client.get(gateway.url("/"), {"X-Long: " + std::string(40'000, 'x')}), 400,
                "Bad request");
  EXPECT_EQ(target.count(), 0U);
}

TEST(Failure, WhatIsNoHttp) {
  RecordingTarget target;
  const Gateway gateway{target.url()};
  for (const std::string request :
       {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n"}) {
    RawSocket socket{gateway.port()};
    socket.send(request);
    const std::string answer = socket.receive_all();
    EXPECT_EQ(status_of(answer), 400) << request;
    EXPECT_NE(answer.find(R"({"detail": "Bad request"})"), std::string::npos) << answer;
  }
  EXPECT_EQ(target.count(), 0U);
}

TEST(Failure, AServiceThatIsAwayIs503) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  gateway.nginx().expect_error("connect\\(\\) failed");
  HttpClient client;
  for (const char* path : {"/api/v1/users/me", "/api/v1/proxy/status", "/health"}) {
    const HttpResponse response = client.get(gateway.origin() + path);
    expect_detail(response, 503, "Service temporarily unavailable");
    EXPECT_EQ(response.header("Retry-After"), "1");
  }
}

}  // namespace
}  // namespace zenzefi::test
