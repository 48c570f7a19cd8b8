// One name for a request: the client's, where it is a sane one, for the target, the log and the
// answer.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/pattern.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

TEST(RequestId, IsTheSameForTargetAndClient) {
  RecordingTarget target{[](const RecordedRequest& /*request*/) {
    return TargetAnswer{.headers = {{"X-Request-Id", "the-targets-own"}}, .body = "ok"};
  }};
  Gateway gateway{target.url()};
  const std::vector<std::string> ids{"abc.DEF-1_2", "with a blank", "", std::string(65, 'x')};
  for (const std::string& given : ids) {
    for (const char* host : {"localhost", "own.example"}) {
      const HttpResponse response =
          gateway.send({.url = gateway.url("/"),
                        .headers = {std::string{"Host: "} + host, "X-Request-Id: " + given}});
      ASSERT_EQ(response.header_values("X-Request-Id").size(), 1U) << response.raw_headers;
      const std::string id = *response.header("X-Request-Id");
      EXPECT_TRUE(matches(id, "^[A-Za-z0-9._-]{1,64}$")) << id;
      EXPECT_EQ(id == given, given == ids.front()) << id;
      EXPECT_EQ(target.last().header("X-Request-Id"), id);
    }
  }
}

TEST(RequestId, IsOnWhatNginxAnswersItself) {
  const RecordingTarget target;
  const Gateway gateway{target.url()};
  HttpClient client;
  for (const char* path : {"/nothing", "/api/v1/proxy/", "/docs", "/docs/nothing",
                           "/_zenzefi/rewrite.js", "/api/v1"}) {
    const HttpResponse response = client.get(gateway.origin() + path, {"X-Request-Id: mine"});
    EXPECT_EQ(response.header_values("X-Request-Id"), std::vector<std::string>{"mine"})
        << path << response.raw_headers;
  }
}

}  // namespace
}  // namespace zenzefi::test
