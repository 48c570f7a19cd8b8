#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

class WebSocket : public testing::Test {
 protected:
  void expect_echo(const WebSocketRequest& request) {
    WebSocketClient socket{request};
    ASSERT_EQ(socket.status(), 101) << socket.refusal();
    for (const std::string& text :
         {std::string{"hello"}, std::string(100'000, 'x'), std::string{"bye"}}) {
      socket.send(text);
      EXPECT_EQ(socket.receive(), text);
    }
    socket.close();
    const RecordedRequest seen = target_.last();
    EXPECT_EQ(seen.target, "/ws");
    EXPECT_EQ(seen.header("X-User-Id"), Gateway::kUserId);
    EXPECT_EQ(seen.everything().find(gateway_.token()), std::string::npos) << seen.everything();
    target_.clear();
  }

  RecordingTarget target_;
  Gateway gateway_{target_.url()};
};

TEST_F(WebSocket, ByHeader) {
  expect_echo({.port = gateway_.port(),
               .target = "/api/v1/proxy/ws",
               .headers = {{"X-Access-Token", gateway_.token()}}});
}

TEST_F(WebSocket, ByCookie) {
  expect_echo({.port = gateway_.port(),
               .target = "/api/v1/proxy/ws",
               .headers = {{"Cookie", "zenzefi_access_token=" + gateway_.token()}}});
}

TEST_F(WebSocket, ByArgument) {
  expect_echo({.port = gateway_.port(), .target = "/api/v1/proxy/ws?token=" + gateway_.token()});
  EXPECT_EQ(gateway_.nginx().access_log().find(gateway_.token()), std::string::npos);
  EXPECT_EQ(gateway_.nginx().error_log().find(gateway_.token()), std::string::npos);
}

TEST_F(WebSocket, OnTheOwnHost) {
  RawSocket socket{gateway_.port()};
  socket.send(
      "GET /ws HTTP/1.1\r\nHost: own.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      gateway_.credential() + "\r\n\r\n");
  EXPECT_EQ(status_of(socket.receive_until("\r\n\r\n")), 101);
  // "hi" as a masked text frame, and as it comes back.
  socket.send(std::string_view{"\x81\x82\0\0\0\0hi", 8});
  EXPECT_EQ(socket.receive_until("hi"), "\x81\x02hi");
  EXPECT_EQ(target_.last().header("X-User-Id"), Gateway::kUserId);
}

TEST_F(WebSocket, WithoutATokenIsRefused) {
  const WebSocketClient socket{{.port = gateway_.port(), .target = "/api/v1/proxy/ws"}};
  EXPECT_EQ(socket.status(), 401);
  EXPECT_NE(socket.refusal().find("detail"), std::string::npos);
  EXPECT_EQ(target_.count(), 0U);
}

// curl, for one, offers HTTP/2 so; a target that took it would speak past everything nginx says.
TEST_F(WebSocket, OtherProtocolsAreNotChangedTo) {
  const HttpResponse response =
      gateway_.send({.url = gateway_.url("/"),
                     .headers = {"Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                 "HTTP2-Settings: AAMAAABk"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(target_.last().header("Upgrade"), std::nullopt);
}

}  // namespace
}  // namespace zenzefi::test
