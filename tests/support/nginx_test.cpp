#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tests/support/free_port.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/nginx_server.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

// nginx alone: what is tested here are the tools, not the module.
NginxOptions proxy_to(const RecordingTarget& target, std::uint16_t port) {
  return {.http =
              "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n"
              "server { listen 127.0.0.1:" +
              std::to_string(port) + "; location / { proxy_pass " + target.url() +
              "; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
              "proxy_set_header Connection $connection_upgrade; } "
              "location /broken { proxy_pass http://127.0.0.1:1; } }",
          .load_module = false,
          .ports = {port}};
}

class NginxTest : public testing::Test {
 protected:
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  std::uint16_t port_ = free_port();
  RecordingTarget target_;
  HttpClient client_;
};

TEST_F(NginxTest, RequestsReachTheTargetAndAnswersComeBack) {
  const NginxServer nginx{proxy_to(target_, port_)};
  target_.answer_with([](const RecordedRequest& request) {
    return TargetAnswer{
        .status = 201, .headers = {{"X-Two", "1"}, {"X-Two", "2"}}, .body = request.body};
  });
  const HttpResponse response =
      client_.post_json(url("/a?b=c"), R"({"amount":18.00})", {"X-One: 1"});
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.header_values("x-two"), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(response.json().number("amount"), "18.00");
  const RecordedRequest request = target_.last();
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.header("x-one"), "1");
  EXPECT_NE(request.everything().find("18.00"), std::string::npos);
  EXPECT_EQ(client_.send({.method = "HEAD", .url = url("/")}).status, 201);
}

TEST_F(NginxTest, WebSocketsOpenOrShowTheirRefusal) {
  const NginxServer nginx{proxy_to(target_, port_)};
  WebSocketClient socket{{.port = port_, .target = "/ws", .headers = {{"X-One", "1"}}}};
  ASSERT_TRUE(socket.open());
  socket.send("hello");
  EXPECT_EQ(socket.receive(), "hello");
  EXPECT_EQ(target_.last().header("X-One"), "1");
  EXPECT_THROW(static_cast<void>(socket.receive(std::chrono::milliseconds{20})), TimedOut);

  const NginxServer refusing{{.http = "server { listen 127.0.0.1:" +
                                      std::to_string(port_ = free_port()) + "; return 403 no; }",
                              .load_module = false,
                              .ports = {port_}}};
  const WebSocketClient refused{{.port = port_, .target = "/"}};
  EXPECT_EQ(refused.status(), 403);
  EXPECT_EQ(refused.refusal(), "no");
}

TEST_F(NginxTest, ReloadAndKilledWorkersAreFollowed) {
  NginxServer nginx{proxy_to(target_, port_)};
  const auto before = nginx.workers();
  ASSERT_EQ(before.size(), 1U);
  nginx.reload();
  const auto after = nginx.workers();
  EXPECT_NE(after, before);
  nginx.kill_worker(after.front());
  EXPECT_EQ(client_.get(url("/")).status, 200);
  nginx.kill_master();
  EXPECT_FALSE(RawSocket::accepts(port_));
  nginx.start();
  EXPECT_EQ(client_.get(url("/")).status, 200);
  nginx.quit();
}

TEST_F(NginxTest, AnUnexpectedErrorFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        NginxServer nginx(proxy_to(target_, port_));
        EXPECT_EQ(client_.get(url("/broken")).status, 502);
      },
      "Connection refused");
  NginxServer nginx{proxy_to(target_, port_)};
  nginx.expect_error("Connection refused");
  EXPECT_EQ(client_.get(url("/broken")).status, 502);
  EXPECT_TRUE(nginx.logged("connect\\(\\) failed"));
}

TEST_F(NginxTest, AMistakeInTheConfigurationIsNamed) {
  NginxOptions options = proxy_to(target_, port_);
  EXPECT_EQ(check_config(options).status, 0) << check_config(options).output;
  options.http += "nonsense on;";
  const auto [status, output] = check_config(options);
  EXPECT_EQ(status, 1);
  EXPECT_NE(output.find("nonsense"), std::string::npos);
  EXPECT_NE(output.find("nginx.conf:"), std::string::npos);
}

TEST(RawSocket, SendsWhatNoLibraryWould) {
  RecordingTarget target;
  RawSocket socket{target.port()};
  socket.send("GET /");
  socket.send("half HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_of(socket.receive_until("\r\n\r\nok")), 200);
  socket.send("nonsense\r\n\r\n");
  EXPECT_EQ(socket.receive_all(), "");
  EXPECT_TRUE(socket.closed());
  RawSocket{target.port()}.reset();
  EXPECT_EQ(target.last().target, "/half");
}

}  // namespace
}  // namespace zenzefi::test
