// Requests that last end when their token does: at its end, and when it is revoked.
#include <chrono>
#include <future>

#include "shared/timestamp.hpp"
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/http2_frames.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Timestamp now() {
  return std::chrono::floor<seconds>(std::chrono::system_clock::now());
}

std::string record_until(Timestamp end) {
  return R"({"user_id":")" + std::string{kUserId} + R"(","token_id":")" + kTokenId +
         R"(","expires_at":")" + format_timestamp(end) + R"(","duration_hours":1})";
}

class StreamsTest : public ModuleTest {
 protected:
  // From a change in Redis to its effect, on a machine that is busy with other tests.
  static constexpr milliseconds kPush{2'000};

  StreamsTest() {
    // Answers with 64 MB, and with nothing yet, for as long as the test lasts.
    target_.answer_with([never = end_.get_future().share(), later = later_.get_future().share()](
                            const RecordedRequest& request) -> TargetAnswer {
      if (request.target.starts_with("/large")) {
        return {.body = std::string(std::size_t{64} << 20, 'x')};
      }
      if (request.target.starts_with("/never")) {
        never.wait();
      }
      if (request.target == "/later") {
        later.wait();
        return {.body = "later"};
      }
      return {.body = "ok"};
    });
  }
  ~StreamsTest() override { end_.set_value(); }

  void begin(const ModuleSetup& setup = {}) {
    start(setup);
    await_redis();
    write_record(token_);
  }
  [[nodiscard]] std::string head(const std::string& method, const std::string& path,
                                 const std::string& more = {}) const {
    return method + " " + path + " HTTP/1.1\r\nHost: x\r\nX-Access-Token: " + token_ + "\r\n" +
           more + "\r\n";
  }
  [[nodiscard]] WebSocketClient web_socket(const std::string& path = "/ws") const {
    return WebSocketClient{
        {.port = port_, .target = path, .headers = {{"X-Access-Token", token_}}}};
  }
  static void echo(WebSocketClient& client) {
    client.send("hello");
    ASSERT_EQ(client.receive(), "hello");
  }
  [[nodiscard]] std::string decisions() const {
    return read_file(nginx_->prefix() / "decisions.log");
  }
  // A line that begins with the request, and says status and reason.
  void expect_logged(const std::string& line) const {
    EXPECT_TRUE(holds_within(kPush, [&] { return decisions().find(line) != std::string::npos; }))
        << decisions();
  }
  void revoke() const { write_record(token_, kTombstone); }

  // A guarded location whose refusals the target answers.
  [[nodiscard]] std::string proxied_page(const std::string& path) const {
    return "location " + path + " { access_token on; error_page 401 = @page; proxy_pass " +
           target_.url() + "; } location @page { proxy_pass " + target_.url() + "; }";
  }
  // All that the target was asked for with POST are pages for a refusal.
  void expect_no_upload() const {
    for (const RecordedRequest& request : target_.requests()) {
      EXPECT_EQ(request.body, "");
      EXPECT_EQ(request.header("X-User-Id").has_value(), request.method == "GET");
    }
  }

  std::string token_ = new_token();
  std::promise<void> later_;  // when /later is answered

 private:
  std::promise<void> end_;
};

TEST_F(StreamsTest, AWebSocketEndsWhenItsTokenIsRevoked) {
  begin();
  WebSocketClient client = web_socket();
  ASSERT_TRUE(client.open());
  echo(client);
  revoke();
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  expect_logged("GET /ws HTTP/1.1|101|revoked|");
}

TEST_F(StreamsTest, AWebSocketEndsWithItsTokenToTheSecond) {
  begin();
  const Timestamp end = now() + seconds{3};
  write_record(token_, record_until(end));
  WebSocketClient client = web_socket();
  ASSERT_TRUE(client.open());
  while (now() < end - seconds{1}) {
    echo(client);
  }
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  EXPECT_LT(std::chrono::system_clock::now() - end, seconds{1});
  EXPECT_GE(std::chrono::system_clock::now(), end);
  expect_logged("|101|expired|");
}

TEST_F(StreamsTest, AnExtendedTokenKeepsItsStreams) {
  begin();
  const Timestamp end = now() + seconds{2};
  write_record(token_, record_until(end));
  WebSocketClient client = web_socket();
  ASSERT_TRUE(client.open());
  write_record(token_, record_until(end + seconds{2}));
  while (now() < end + seconds{1}) {
    echo(client);
  }
  EXPECT_EQ(client.receive(milliseconds{4'000}), std::nullopt);
  EXPECT_GE(std::chrono::system_clock::now(), end + seconds{2});
}

TEST_F(StreamsTest, OnlyTheStreamsOfThatTokenEnd) {
  begin();
  WebSocketClient client = web_socket();
  const std::string other = new_token();
  write_record(other);
  WebSocketClient neighbour{
      {.port = port_, .target = "/ws", .headers = {{"X-Access-Token", other}}}};
  revoke();
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  echo(neighbour);
}

TEST_F(StreamsTest, ADeletedRecordIsLookedUpAtTheService) {
  begin();
  sell(token_);
  WebSocketClient client = web_socket();
  ASSERT_TRUE(client.open());
  redis_.command({"DEL", key_of(token_)});
  await("the service to be asked", [&] { return service_calls(token_) == 1; });
  echo(client);
  // Asked on nobody's behalf: there is no log line for it.
  EXPECT_EQ(decisions().find("_access_token"), std::string::npos);
  write_record(token_);
  withdraw(token_);
  redis_.command({"DEL", key_of(token_)});
  EXPECT_EQ(client.receive(kPush), std::nullopt);
  expect_logged("|101|unknown|");
}

TEST_F(StreamsTest, AnEmptiedRedisEndsNoGoodStream) {
  begin();
  sell(token_);
  WebSocketClient client = web_socket();
  const std::string gone = new_token();
  write_record(gone);
  WebSocketClient other{{.port = port_, .target = "/ws", .headers = {{"X-Access-Token", gone}}}};
  redis_.command({"FLUSHALL"});
  EXPECT_EQ(other.receive(kPush), std::nullopt);
  echo(client);
}

TEST_F(StreamsTest, WhatWasRevokedWhileRedisWasAwayIsFoundOutWhenItReturns) {
  begin();
  nginx_->expect_error("Redis at 127.0.0.1");
  sell(token_);
  WebSocketClient client = web_socket();
  redis_.stop();
  await("the loss to be noticed", [&] { return nginx_->logged("while connecting to Redis"); });
  echo(client);
  withdraw(token_);
  redis_.start();
  EXPECT_EQ(client.receive(milliseconds{5'000}), std::nullopt);
  expect_logged("|101|unknown|");
}

TEST_F(StreamsTest, ADownloadEnds) {
  begin();
  RawSocket client{port_};
  client.send(head("GET", "/large"));
  static_cast<void>(client.receive_until("xxxx"));
  revoke();
  // What the kernel has taken already still comes.
  const std::string rest = client.receive_all(kPatience);
  EXPECT_TRUE(client.closed());
  EXPECT_LT(rest.size(), std::size_t{32} << 20);
  expect_logged("GET /large HTTP/1.1|200|revoked|");
}

TEST_F(StreamsTest, AnAnswerThatHasBegunGetsNoPageAndNoSecondHead) {
  begin({.locations = proxied_page("/large")});
  RawSocket client{port_};
  client.send(head("GET", "/large"));
  std::string answer = client.receive_until("xxxx");
  revoke();
  answer += client.receive_all(kPatience);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(status_of(answer), 200);
  const std::size_t body = answer.find("\r\n\r\n") + 4;
  EXPECT_EQ(answer.find_first_not_of('x', body), std::string::npos);
  EXPECT_LT(answer.size(), std::size_t{32} << 20);
  expect_logged("GET /large HTTP/1.1|200|revoked|");
  EXPECT_EQ(target_.count(), 1U) << "nobody asked it for the page";
}

TEST_F(StreamsTest, AnUploadEnds) {
  begin({.locations = "location /up { access_token on; client_max_body_size 0; proxy_pass " +
                      target_.url() + "; proxy_request_buffering off; }"});
  RawSocket client{port_};
  client.send(head("POST", "/up", "Content-Length: 1000000\r\n") + std::string(1000, 'x'));
  await("the request to be under way", [&] { return ask(token_).cache == "L1"; });
  revoke();
  EXPECT_EQ(status_of(client.receive_all(kPush)), 401);
  EXPECT_TRUE(client.closed());
  client.close();  // until then, nginx waits for what may still come
  expect_logged("POST /up HTTP/1.1|401|revoked|");
}

TEST_F(StreamsTest, ARequestWithoutAnAnswerYetIsRefused) {
  begin(
      {.locations = "location /never/page { access_token on; error_page 401 = @login; proxy_pass " +
                    target_.url() + "; } location @login { return 418 login; }"});
  RawSocket client{port_};
  client.send(head("GET", "/never"));
  RawSocket uploading{port_};
  uploading.send(head("POST", "/", "Content-Length: 1000000\r\n") + std::string(1000, 'x'));
  RawSocket with_page{port_};
  with_page.send(head("GET", "/never/page"));
  await("the target to be asked", [&] { return target_.count() == 2; });
  revoke();
  const std::string refusal = client.receive_all();
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(status_of(refusal), 401) << refusal;
  EXPECT_NE(refusal.find("\r\nConnection: close\r\n"), std::string::npos) << refusal;
  EXPECT_TRUE(refusal.ends_with(R"({"detail": "Invalid or expired access token"})")) << refusal;
  expect_logged("GET /never HTTP/1.1|401|revoked|");
  EXPECT_EQ(status_of(uploading.receive_until("access token\"}")), 401);
  EXPECT_EQ(status_of(with_page.receive_all()), 418);
  expect_logged("GET /never/page HTTP/1.1|418|revoked|");
}

TEST_F(StreamsTest, TheBodyOfARefusedRequestGoesNowhere) {
  begin({.locations = proxied_page("/up")});
  RawSocket client{port_};
  client.send(head("POST", "/up", "Content-Length: 1000000\r\nExpect: 100-continue\r\n"));
  static_cast<void>(client.receive_until("100 Continue\r\n\r\n"));
  client.send(std::string(1000, 'x'));
  revoke();
  EXPECT_EQ(status_of(client.receive_until("\r\n\r\nok")), 200);
  client.send(std::string(999'000, 'x'));
  client.close();
  expect_logged("POST /up HTTP/1.1|200|revoked|REDIS|1|" + std::string{kUserId});
  EXPECT_EQ(target_.count(), 1U);
  expect_no_upload();
}

TEST_F(StreamsTest, OverHttp2TheBodyOfARefusedRequestGoesNowhere) {
  begin({.locations = proxied_page("/never/up")});
  const std::string other = new_token();
  write_record(other);
  RawSocket client{http2_port_};
  // No body of an answer may be sent: both are still being answered when their bodies end.
  client.send(http2::preface() + http2::initial_window(0) +
              http2::post(1, "/up", {{"x-access-token", token_}}) + http2::data(1, "x") +
              http2::post(3, "/never/up", {{"x-access-token", token_}}) + http2::data(3, "x") +
              http2::get(5, "/first", {{"x-access-token", other}}));
  await("all to be under way", [&] { return target_.count() == 1; });
  revoke();
  static_cast<void>(client.receive_until("\x01\x04" + http2::number(1, 4)));
  await("the page to be asked for", [&] { return target_.count() == 2; });
  client.send(http2::data(1, "x", http2::kEndStream) + http2::data(3, "x", http2::kEndStream) +
              http2::get(7, "/second", {{"x-access-token", other}}));
  await("the bodies to be read", [&] { return target_.last().target == "/second"; });
  client.send(http2::more_window(1, 1U << 16));
  static_cast<void>(client.receive_until("Invalid or expired access token"));
  expect_logged("POST /up HTTP/2.0|401|revoked|REDIS|1|" + std::string{kUserId});
  EXPECT_EQ(target_.count(), 3U);
  expect_no_upload();
}

TEST_F(StreamsTest, OverHttp2OneStreamEndsAndTheOthersGoOn) {
  begin();
  const std::string other = new_token();
  write_record(other);
  RawSocket client{http2_port_};
  // The first waits for the client, the second for the target; so does the third.
  client.send(http2::preface() + http2::get(1, "/large", {{"x-access-token", token_}}) +
              http2::get(3, "/never", {{"x-access-token", token_}}) +
              http2::get(5, "/later", {{"x-access-token", other}}));
  await("all to be under way", [&] { return target_.count() == 3; });
  static_cast<void>(client.receive_until("xxxx"));
  revoke();
  const auto reset = [](std::uint32_t stream) {
    return http2::frame_head(http2::FrameType::kReset, 0, stream, 4);
  };
  std::string received;
  EXPECT_TRUE(holds_within(kPush, [&] {
    received += client.receive_all(milliseconds{10});
    return received.find(reset(1)) != std::string::npos &&
           received.find("Invalid or expired access token") != std::string::npos;
  }));
  expect_logged("GET /large HTTP/2.0|200|revoked|");
  expect_logged("GET /never HTTP/2.0|401|revoked|");
  later_.set_value();
  static_cast<void>(client.receive_until(http2::number(5, 4) + "later", kPush));
}

TEST_F(StreamsTest, WhereItIsOffNothingIsCut) {
  begin({.locations = "location /keep { access_token on; access_token_stream_cut off; proxy_pass " +
                      target_.url() + "; } location /dry { access_token dry_run; proxy_pass " +
                      target_.url() + "; }"});
  WebSocketClient kept = web_socket("/keep");
  WebSocketClient dry = web_socket("/dry");
  WebSocketClient cut = web_socket();
  revoke();
  EXPECT_EQ(cut.receive(kPush), std::nullopt);
  echo(kept);
  echo(dry);
}

TEST_F(StreamsTest, InEveryWorkerAndInOldOnesAfterAReload) {
  begin({.workers = 2});
  std::vector<WebSocketClient> clients;
  clients.reserve(16);
  for (int i = 0; i < 8; ++i) {
    clients.push_back(web_socket());
  }
  nginx_->reload();
  for (int i = 0; i < 8; ++i) {
    clients.push_back(web_socket());
  }
  EXPECT_FALSE(nginx_->retiring_workers().empty());
  revoke();
  for (WebSocketClient& client : clients) {
    EXPECT_EQ(client.receive(kPush), std::nullopt);
  }
  EXPECT_TRUE(
      holds_within(milliseconds{3'000}, [&] { return nginx_->retiring_workers().empty(); }));
}

}  // namespace
}  // namespace zenzefi::test
