// The target on a host name of its own: nothing is changed but the identity.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

TEST(OwnHost, RequestsAndAnswersPassAsTheyAre) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  const std::string page = "<head><a href=\"/a\"><a href=\"" + target.url() + "/b\">";
  target.answer_with([&page](const RecordedRequest&) {
    return TargetAnswer{.status = 302,
                        .headers = {{"Content-Type", "text/html"},
                                    {"Location", "/login"},
                                    {"Set-Cookie", "a=b; Path=/"}},
                        .body = page};
  });
  const HttpResponse response =
      gateway.send({.url = gateway.origin() + "/api/v1/items?a=%2F",
                    .headers = {"Host: own.example", "Accept-Encoding: gzip"}});
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(response.body, page);
  EXPECT_EQ(response.header("Location"), "/login");
  EXPECT_EQ(response.header("Set-Cookie"), "a=b; Path=/");
  const RecordedRequest seen = target.last();
  EXPECT_EQ(seen.target, "/api/v1/items?a=%2F");
  EXPECT_EQ(seen.header("Host"), "own.example");
  EXPECT_EQ(seen.header("Accept-Encoding"), "gzip");
  EXPECT_EQ(seen.header("X-User-Id"), Gateway::kUserId);
  EXPECT_EQ(seen.everything().find(gateway.token()), std::string::npos);
}

// As RFC 9112 3.2.2 wants it: the target decides by the name that nginx decided by.
TEST(OwnHost, ARequestLineWithAHostOverridesTheHeader) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  for (const std::string named : {"own.example", "OWN.example:8443"}) {
    RawSocket socket{gateway.port()};
    socket.send("GET http://" + named + "/path HTTP/1.1\r\nHost: other.example\r\n" +
                gateway.credential() + "\r\nConnection: close\r\n\r\n");
    ASSERT_EQ(status_of(socket.receive_all()), 200);
    const RecordedRequest seen = target.last();
    EXPECT_EQ(seen.target, "/path");
    EXPECT_EQ(seen.header("Host"), named);
    EXPECT_EQ(seen.header("X-Forwarded-Host"), named);
    EXPECT_EQ(seen.everything().find("other.example"), std::string::npos) << seen.everything();
  }
}

TEST(OwnHost, NobodyPassesWithoutAToken) {
  RecordingTarget target;
  const Gateway gateway{target.url()};
  HttpClient client;
  const HttpResponse response = client.get(gateway.origin() + "/", {"Host: own.example"});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(target.count(), 0U);
}

}  // namespace
}  // namespace zenzefi::test
