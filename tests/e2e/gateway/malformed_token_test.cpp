// Tokens that cannot be one, and requests that are none: refused in the API's words, nothing
// changed.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/raw_exchange.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using namespace std::string_literals;

class MalformedToken : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>();
    alice = std::make_unique<Account>(*stack);
    token = alice->buy();
    pid = stack->auth.pid();
  }
  static void TearDownTestSuite() {
    alice.reset();
    stack.reset();
  }

  void TearDown() override {
    EXPECT_EQ(fingerprint(*stack), before_);
    EXPECT_TRUE(stack->auth.running());
    EXPECT_EQ(stack->auth.pid(), pid);
    EXPECT_EQ(HttpClient{}.get(stack->url("/health")).status, 200);
  }

  // `headers` with their line ends; returns the answer.
  static std::string raw(const std::string& target, const std::string& headers) {
    stack->target.clear();
    RawSocket socket{stack->port()};
    const std::string request =
        "GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + headers + "\r\n";
    socket.send(request);
    std::string answer = socket.receive_all();
    report_exchange(request, answer);
    EXPECT_EQ(stack->target.count(), 0U) << headers.substr(0, 200);
    return answer;
  }

  static void expect_refusal(const std::string& answer, int status, const std::string& detail) {
    EXPECT_EQ(status_of(answer), status) << answer;
    EXPECT_NE(answer.find(R"({"detail": ")" + detail + R"("})"), std::string::npos) << answer;
    EXPECT_NE(answer.find("application/json"), std::string::npos) << answer;
  }

  static inline std::unique_ptr<Stack> stack;
  static inline std::unique_ptr<Account> alice;
  static inline BoughtToken token;
  static inline pid_t pid = 0;

  std::string before_ = fingerprint(*stack);
};

constexpr char kPath[] = "/api/v1/proxy/";
constexpr char kInvalid[] = "Invalid or expired access token";
constexpr char kRequired[] = "Access token required";

TEST_F(MalformedToken, Missing) {
  expect_refusal(raw(kPath, ""), 401, kRequired);
  expect_refusal(raw(kPath, "Cookie: other=1\r\n"), 401, kRequired);
  expect_refusal(raw(kPath + "?tokens=1"s, ""), 401, kRequired);
}

TEST_F(MalformedToken, Empty) {
  expect_refusal(raw(kPath, "X-Access-Token:\r\n"), 401, kRequired);
  expect_refusal(raw(kPath, "X-Access-Token:   \r\n"), 401, kRequired);
  expect_refusal(raw(kPath, "Cookie: zenzefi_access_token=\r\n"), 401, kRequired);
  expect_refusal(raw(kPath + "?token="s, ""), 401, kRequired);
}

TEST_F(MalformedToken, TooLong) {
  const std::string just_too_long(257, 'A');
  expect_refusal(raw(kPath, "X-Access-Token: " + just_too_long + "\r\n"), 401, kInvalid);
  const std::string longest_header(7000, 'A');
  expect_refusal(raw(kPath, "X-Access-Token: " + longest_header + "\r\n"), 401, kInvalid);
  expect_refusal(raw(kPath + "?token="s + longest_header, ""), 401, kInvalid);
  // Above what nginx reads of one header or of the request line.
  const std::string ten_kibibytes(10 << 10, 'A');
  expect_refusal(raw(kPath, "X-Access-Token: " + ten_kibibytes + "\r\n"), 400, "Bad request");
  expect_refusal(raw(kPath, "Cookie: zenzefi_access_token=" + ten_kibibytes + "\r\n"), 400,
                 "Bad request");
  expect_refusal(raw(kPath + "?token="s + ten_kibibytes, ""), 414, "Request URI is too long");
}

TEST_F(MalformedToken, NotBase64url) {
  for (const std::string& text :
       {"a b"s, "a+b"s, "a/b"s, "a="s, "a.b.c"s, "\xD0\x9F"s, "\xFF"s, "a;b"s, "a,b"s, "%00"s,
        "a\tb"s, "\"a\""s, "'; DROP TABLE users; --"s, "../../etc/passwd"s, "*"s, token.text + "="s,
        token.text + ","s + token.text, token.text.substr(1) + "!"s}) {
    expect_refusal(raw(kPath, "X-Access-Token: " + text + "\r\n"), 401, kInvalid);
  }
  expect_refusal(raw(kPath, "Cookie: zenzefi_access_token=a+b\r\n"), 401, kInvalid);
  expect_refusal(raw(kPath + "?token=a%2Bb"s, ""), 401, kInvalid);
  expect_refusal(raw(kPath + "?token="s + token.text + "%3D", ""), 401, kInvalid);
}

TEST_F(MalformedToken, WithANul) {
  // nginx refuses the byte itself.
  for (const std::string& headers :
       {"X-Access-Token: "s + "\0"s + "\r\n"s, "X-Access-Token: " + token.text + "\0\r\n"s,
        "X-Access-Token: "s + "\0"s + token.text + "\r\n",
        "Cookie: zenzefi_access_token=" + token.text + "\0\r\n"s}) {
    expect_refusal(raw(kPath, headers), 400, "Bad request");
  }
  expect_refusal(raw(kPath + "?token="s + token.text + "%00", ""), 401, kInvalid);
}

TEST_F(MalformedToken, AlmostRight) {
  std::string other = token.text;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  for (const std::string& text : {token.text.substr(0, 63), token.text + "A", other, token.id,
                                  alice->authorization().substr(22, 100)}) {
    expect_refusal(raw(kPath, "X-Access-Token: " + text + "\r\n"), 401, kInvalid);
  }
}

TEST_F(MalformedToken, ThatIsRefusedCostsTheGoodOneNothing) {
  EXPECT_EQ(HttpClient{}.get(stack->proxied(), {token_header(token)}).status, 200);
  before_ = fingerprint(*stack);  // it has been activated
}

TEST_F(MalformedToken, InTheServicesOwnCalls) {
  HttpClient client;
  for (const std::string& text :
       {""s, "a b"s, "\\u0000"s, std::string(10 << 10, 'A'), token.text + "\\u0000"s, "\\ud800"s}) {
    const HttpResponse validated =
        client.post_json(stack->url("/api/v1/tokens/validate"), R"({"token":")" + text + R"("})");
    const bool refused =
        validated.status == 422 || (validated.status == 200 && !validated.json().boolean("/valid"));
    EXPECT_TRUE(refused) << validated.status << validated.body;
    const HttpResponse authenticated = client.post_json(stack->url("/api/v1/proxy/authenticate"),
                                                        R"({"token":")" + text + R"("})");
    EXPECT_TRUE(authenticated.status == 401 || authenticated.status == 422)
        << authenticated.status << authenticated.body;
    EXPECT_TRUE(authenticated.json().has("/detail"));
  }
}

}  // namespace
}  // namespace zenzefi::test
