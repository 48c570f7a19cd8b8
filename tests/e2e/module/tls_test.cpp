// What ends with its token over TLS is ended as TLS wants it, and not just broken off.
#include <future>

#include "tests/e2e/module/module_test.hpp"
#include "tests/support/http2_frames.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/tls_socket.hpp"

namespace zenzefi::test {
namespace {

class TlsTest : public ModuleTest {
 protected:
  static constexpr std::chrono::milliseconds kPush{5'000};

  TlsTest() {
    make_certificate(dir_.path());
    target_.answer_with([never = end_.get_future().share()](const RecordedRequest& request) {
      if (request.target == "/never") {
        never.wait();
      }
      return TargetAnswer{.body = std::string(std::size_t{1} << 20, 'x')};
    });
  }
  ~TlsTest() override { end_.set_value(); }

  void SetUp() override {
    start({.server = "listen 127.0.0.1:" + std::to_string(tls_port_) +
                     " ssl http2; ssl_certificate " + (dir_ / "cert.pem").string() +
                     "; ssl_certificate_key " + (dir_ / "key.pem").string() + ";",
           .locations = "location /slow { access_token on; limit_rate 2k; proxy_pass " +
                        target_.url() + "; }"});
    await_redis();
    write_record(token_);
  }
  [[nodiscard]] std::string head(const std::string& path, const std::string& more = {}) const {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Access-Token: " + token_ + "\r\n" + more +
           "\r\n";
  }
  void revoke() const { write_record(token_, kTombstone); }
  void expect_logged(const std::string& line) const {
    const auto decisions = [this] { return read_file(nginx_->prefix() / "decisions.log"); };
    EXPECT_TRUE(holds_within(kPush, [&] { return decisions().find(line) != std::string::npos; }))
        << decisions();
  }

  TempDir dir_{"tls"};
  std::uint16_t tls_port_ = free_port();
  std::string token_ = new_token();

 private:
  std::promise<void> end_;
};

TEST_F(TlsTest, StreamsEndWithANotice) {
  TlsSocket web_socket{tls_port_};
  web_socket.send(
      head("/ws",
           "Connection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"));
  static_cast<void>(web_socket.receive_until("101 Switching Protocols"));
  TlsSocket download{tls_port_};
  download.send(head("/slow"));
  static_cast<void>(download.receive_until("xxxx"));
  TlsSocket waiting{tls_port_};
  waiting.send(head("/never"));
  await("the target to be asked", [&] { return target_.count() == 3; });
  revoke();
  static_cast<void>(web_socket.receive_all(kPush));
  EXPECT_TRUE(web_socket.closed_with_notice());
  static_cast<void>(download.receive_all(kPush));
  EXPECT_TRUE(download.closed_with_notice());
  const std::string refusal = waiting.receive_all(kPush);
  EXPECT_TRUE(refusal.starts_with("HTTP/1.1 401 ")) << refusal;
  EXPECT_TRUE(waiting.closed_with_notice());
  expect_logged("GET /ws HTTP/1.1|101|revoked|");
  expect_logged("GET /slow HTTP/1.1|200|revoked|");
  expect_logged("GET /never HTTP/1.1|401|revoked|");
}

// Nothing can be said to a client that takes nothing any more: it gets an answer that is too short.
TEST_F(TlsTest, AClientThatReadsNothingIsCutOff) {
  target_.answer_with([](const RecordedRequest&) {
    return TargetAnswer{.body = std::string(std::size_t{64} << 20, 'x')};
  });
  TlsSocket download{tls_port_};
  download.send(head("/large"));
  static_cast<void>(download.receive_until("xxxx"));
  revoke();
  expect_logged("GET /large HTTP/1.1|200|revoked|");
  EXPECT_LT(download.receive_all(kPush).size(), std::size_t{32} << 20);
  EXPECT_TRUE(download.closed());
}

TEST_F(TlsTest, OverHttp2TheStreamEndsAndTheConnectionStays) {
  const std::string other = new_token();
  write_record(other);
  TlsSocket client{tls_port_, "h2"};
  client.send(http2::preface() + http2::get(1, "/slow", {{"x-access-token", token_}}));
  static_cast<void>(client.receive_until("xxxx"));
  revoke();
  static_cast<void>(
      client.receive_until(http2::frame_head(http2::FrameType::kReset, 0, 1, 4), kPush));
  client.send(http2::get(3, "/slow", {{"x-access-token", other}}));
  static_cast<void>(client.receive_until("xxxx"));
  EXPECT_FALSE(client.closed());
}

}  // namespace
}  // namespace zenzefi::test
