// The request line: every method, and the path as the client wrote it.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/raw_exchange.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

class Path : public testing::Test {
 protected:
  // A request whose path no library puts in order first.
  std::string answer_to(const std::string& path) {
    RawSocket socket{gateway_.port()};
    const std::string request = "GET " + path +
                                " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                                gateway_.credential() + "\r\n\r\n";
    socket.send(request);
    std::string answer = socket.receive_all();
    report_exchange(request, answer);
    return answer;
  }

  RecordingTarget target_;
  Gateway gateway_{target_.url()};
};

TEST_F(Path, EveryMethodPasses) {
  for (const char* method :
       {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"}) {
    const bool with_body = std::string{method} == "POST" || std::string{method} == "PUT" ||
                           std::string{method} == "PATCH";
    const HttpResponse response =
        gateway_.send({.method = method,
                       .url = gateway_.url("/items/1"),
                       .body = with_body ? std::optional<std::string>{"body"} : std::nullopt});
    EXPECT_EQ(response.status, 200) << method;
    EXPECT_EQ(target_.last().method, method);
    EXPECT_EQ(target_.last().target, "/items/1");
    EXPECT_EQ(target_.last().body, with_body ? "body" : "");
    target_.clear();
  }
}

TEST_F(Path, ThePathArrivesAsItWasWritten) {
  for (const char* path :
       {"/", "/a", "/a/", "/a%2Fb", "/a%20b", "/a//b", "/a+b", "/%C3%A9", "/a;b=c", "/a..b",
        "/.well-known/x", "/?", "/?a=b&c=%2F..%2F", "/a?b=/../c", "/a?http://x.example/y"}) {
    EXPECT_EQ(status_of(answer_to(std::string{"/api/v1/proxy"} + path)), 200) << path;
    EXPECT_EQ(target_.last().target, path);
    target_.clear();
  }
}

TEST_F(Path, APathThatClimbsIsRefused) {
  gateway_.nginx().expect_error("invalid URL prefix");
  for (const char* path : {"/api/v1/proxy/a/../b", "/api/v1/proxy/./a", "/api/v1/proxy/a/%2e%2e/b",
                           "/api/v1/proxy/a/..%2fb", "/api/v1/proxy/a/..", "/api/v1/%70roxy/a"}) {
    const std::string answer = answer_to(path);
    EXPECT_EQ(status_of(answer), 400) << path << answer;
    EXPECT_NE(answer.find(R"({"detail": "This path cannot be passed on"})"), std::string::npos);
  }
  EXPECT_EQ(target_.count(), 0U);
}

TEST_F(Path, ThePrefixAloneLeadsBelowIt) {
  HttpClient client;
  const HttpResponse response = client.get(gateway_.origin() + "/api/v1/proxy?a=b");
  EXPECT_EQ(response.status, 308);
  EXPECT_EQ(response.header("Location"), "/api/v1/proxy/?a=b");
}

}  // namespace
}  // namespace zenzefi::test
