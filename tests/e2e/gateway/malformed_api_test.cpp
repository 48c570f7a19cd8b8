// Malformed calls of the API, through nginx: the contract's error, the service alive, nothing
// changed.
#include <gtest/gtest.h>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/raw_exchange.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

class MalformedApi : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>();
    stack->nginx().expect_error(
        "client intended to send too large|client sent invalid chunked body");
    alice = std::make_unique<Account>(*stack);
    pid = stack->auth.pid();
  }
  static void TearDownTestSuite() {
    alice.reset();
    stack.reset();
  }

  void TearDown() override {
    EXPECT_EQ(fingerprint(*stack), before_);
    EXPECT_EQ(stack->auth.pid(), pid);
    EXPECT_TRUE(stack->auth.running());
    EXPECT_EQ(HttpClient{}.get(stack->url("/health")).status, 200);
  }

  static void expect_error(const HttpResponse& response, int status) {
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_TRUE(response.header("Content-Type").value_or("").starts_with("application/json"))
        << response.raw_headers;
    EXPECT_TRUE(response.json().has("/detail")) << response.body;
  }

  static inline std::unique_ptr<Stack> stack;
  static inline std::unique_ptr<Account> alice;
  static inline pid_t pid = 0;

  std::string before_ = fingerprint(*stack);
};

TEST_F(MalformedApi, BadJson) {
  for (const std::string& body :
       {std::string{}, std::string{"{"}, std::string{"}"}, std::string{"null"}, std::string{"[]"},
        std::string{"1"}, std::string{"\"text\""}, std::string{"{duration_hours:24}"},
        std::string{"{'duration_hours':24}"}, std::string{R"({"duration_hours":24,})"},
        std::string{R"({"duration_hours":24}{})"}, std::string{R"({"duration_hours":024})"},
        std::string{R"({"duration_hours":NaN})"}, std::string{"\xEF\xBB\xBF{}"},
        std::string{"{\"duration_hours\":24,\"a\":\"\xFF\"}"}, std::string(8000, '['),
        std::string(8000, '{')}) {
    expect_error(alice->post("/tokens/purchase", body), 422);
  }
}

TEST_F(MalformedApi, WrongTypes) {
  for (const char* value : {"\"24\"", "24.0", "24.5", "true", "null", "[24]", "{}", "2400e-2",
                            "99999999999999999999", "-24"}) {
    const HttpResponse response =
        alice->post("/tokens/purchase", std::string{R"({"duration_hours":)"} + value + "}");
    EXPECT_TRUE(response.status == 422 || response.status == 400) << value << response.body;
    expect_error(response, response.status);
  }
  for (const char* amount : {"\"100\"", "1e309", "-1", "0", "0.001", "100000.01", "true", "null",
                             "[]", "1e-2000000000", "99999999999999999999999999999999"}) {
    expect_error(alice->post("/currency/purchase",
                             std::string{R"({"payment_method":"card","amount":)"} + amount + "}"),
                 422);
  }
}

TEST_F(MalformedApi, EveryBadFieldIsNamed) {
  const HttpResponse response = HttpClient{}.post_json(
      stack->url("/api/v1/auth/register"), R"({"email":1,"username":"a","password":""})");
  expect_error(response, 422);
  const Json json = response.json();
  ASSERT_EQ(json.size("/detail"), 3U) << response.body;
  for (int i = 0; i < 3; ++i) {
    const std::string item = "/detail/" + std::to_string(i);
    EXPECT_EQ(json.text(item + "/loc/0"), "body");
    EXPECT_TRUE(json.has(item + "/loc/1"));
    EXPECT_TRUE(json.has(item + "/msg"));
    EXPECT_TRUE(json.has(item + "/type"));
  }
}

TEST_F(MalformedApi, TextThatIsNoneIsRefused) {
  for (const char* name : {"a\\u0000bc", "\\ud800abc", "abc\\n", "a", ""}) {
    expect_error(HttpClient{}.post_json(stack->url("/api/v1/auth/register"),
                                        std::string{R"({"email":"x@example.org","username":")"} +
                                            name + R"(","password":"correct horse"})"),
                 422);
  }
}

TEST_F(MalformedApi, UnknownRouteAndMethod) {
  for (const char* path : {"", "/", "/nothing", "/users", "/users/me/", "/users/me/more",
                           "/tokens/purchase/", "/Users/me", "/users/me%00", "/users//me"}) {
    const HttpResponse response = alice->get(path);
    EXPECT_TRUE(response.status == 404 || response.status == 400) << path << response.status;
    expect_error(response, response.status);
  }
  expect_error(HttpClient{}.get(stack->url("/")), 404);
  expect_error(HttpClient{}.get(stack->url("/api/v2/users/me")), 404);
  for (const char* method : {"PUT", "POST", "PATCH", "DELETE", "OPTIONS"}) {
    const HttpResponse response = HttpClient{}.send({.method = method,
                                                     .url = stack->url("/api/v1/currency/balance"),
                                                     .headers = {alice->authorization()}});
    expect_error(response, 405);
    EXPECT_NE(response.header("Allow").value_or("").find("GET"), std::string::npos) << method;
  }
}

TEST_F(MalformedApi, TooLargeAndNotJson) {
  expect_error(alice->post("/tokens/purchase",
                           R"({"duration_hours":24,"more":")" + std::string(1 << 20, 'x') + "\"}"),
               413);
  const HttpResponse form = HttpClient{}.send(
      {.method = "POST",
       .url = stack->url("/api/v1/tokens/purchase"),
       .headers = {alice->authorization(), "Content-Type: application/x-www-form-urlencoded"},
       .body = "duration_hours=24"});
  expect_error(form, 415);
}

TEST_F(MalformedApi, CredentialsThatAreNone) {
  HttpClient client;
  const std::string url = stack->url("/api/v1/users/me");
  expect_error(client.get(url), 403);
  for (const std::string& value :
       {std::string{"Bearer"}, std::string{"Bearer "}, std::string{"Bearer x"},
        std::string{"Bearer a.b.c"}, "Bearer " + std::string(7000, 'a'),
        alice->authorization().substr(15) + "x",
        "Bearer eyJhbGciOiJub25lIn0." + alice->authorization().substr(60) + "."}) {
    const HttpResponse response = client.get(url, {"Authorization: " + value});
    EXPECT_TRUE(response.status == 401 || response.status == 403) << value << response.status;
    expect_error(response, response.status);
    if (response.status == 401) {
      EXPECT_TRUE(response.header("WWW-Authenticate").has_value()) << value;
    }
  }
}

// Sent as bytes, for no client library would.
TEST_F(MalformedApi, RequestsThatAreNone) {
  const std::string bearer = alice->authorization() + "\r\n";
  const std::string post = "POST /api/v1/tokens/purchase HTTP/1.1\r\nHost: a\r\n" + bearer +
                           "Content-Type: application/json\r\n";
  const std::string body = R"({"duration_hours":3})";  // not on sale
  const auto with = [&post, &body](const std::string& header) {
    return post + header + "\r\n\r\n" + body;
  };
  struct Case {
    std::string bytes;
    std::vector<int> statuses;  // one of these; 0: closed without a word
  };
  for (const auto& [bytes, statuses] : std::vector<Case>{
           {"nonsense\r\n\r\n", {400, 0}},
           {"GET\r\n\r\n", {400}},
           {"GET / HTTP/9.9\r\n\r\n", {505, 400}},
           {"GET /api/v1/users/me HTTP/1.1\r\n\r\n", {400}},
           {with("Content-Length: abc"), {400}},
           {with("Content-Length: 3xyz"), {400}},
           {with("Content-Length: -1"), {400}},
           {with("Content-Length: 10000000000"), {413}},
           {with("Content-Length: 20\r\nContent-Length: 21"), {400}},
           {with("Content-Length: 20\r\nTransfer-Encoding: chunked"), {400}},
           {with("Transfer-Encoding: gzip"), {501, 400}},
           {post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", {400}},
           {"GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\nX-A: \x01\r\nConnection: close\r\n\r\n",
            {403, 400}},
           {"GET /api/v1/" + std::string(16000, '/') + " HTTP/1.1\r\nHost: a\r\n\r\n",
            {404, 400, 414}},
           {"GET /api/v1/" + std::string(3000, '/') +
                " HTTP/1.1\r\nHost: a\r\nConnection: close"
                "\r\n\r\n",
            {404, 400, 414}},
       }) {
    RawSocket socket{stack->port()};
    socket.send(bytes);
    socket.shutdown_write();
    const std::string answer = socket.receive_all();
    report_exchange(bytes, answer);
    const int status = status_of(answer);
    EXPECT_NE(std::find(statuses.begin(), statuses.end(), status), statuses.end())
        << status << " for " << bytes.substr(0, 200) << "\n"
        << answer;
    if (status >= 400) {
      EXPECT_NE(answer.find("\"detail\""), std::string::npos) << bytes.substr(0, 200) << "\n"
                                                              << answer;
    }
  }
}

TEST_F(MalformedApi, AChunkedBodySplitAnywhereIsReadOnce) {
  const std::string body = "14\r\n{\"duration_hours\":3}\r\n0\r\n\r\n";
  const std::string head = "POST /api/v1/tokens/purchase HTTP/1.1\r\nHost: a\r\n" +
                           alice->authorization() +
                           "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t cut = 0; cut < body.size(); ++cut) {
    RawSocket socket{stack->port()};
    socket.send(head + body.substr(0, cut));
    socket.send(body.substr(cut));
    const std::string answer = socket.receive_all();
    report_exchange(head, answer);
    EXPECT_EQ(status_of(answer), 400) << cut << answer;  // 3 hours are not on sale
    EXPECT_NE(answer.find("detail"), std::string::npos) << answer;
  }
}

TEST_F(MalformedApi, HeadHasNoBody) {
  const HttpResponse response = HttpClient{}.send({.method = "HEAD", .url = stack->url("/health")});
  EXPECT_TRUE(response.status == 200 || response.status == 405) << response.status;
  EXPECT_EQ(response.body, "");
}

TEST_F(MalformedApi, PagesThatAreNone) {
  for (const char* query :
       {"limit=0", "limit=101", "limit=-1", "limit=abc", "limit=1e1", "limit=99999999999999999999",
        "offset=-1", "offset=x", "limit=1&limit=2", "limit=%00", "limit="}) {
    expect_error(alice->get(std::string{"/currency/transactions?"} + query), 422);
  }
}

TEST_F(MalformedApi, IdsThatAreNone) {
  for (const char* id : {"1", "not-a-uuid", "00000000-0000-0000-0000-000000000000", "%00", "..",
                         "'; DROP TABLE users; --"}) {
    HttpResponse response = alice->remove("/tokens/" + [&] {
      std::string encoded;
      for (const char* c = id; *c != '\0'; ++c) {
        encoded += *c == ' ' ? std::string{"%20"} : std::string{*c};
      }
      return encoded;
    }());
    EXPECT_TRUE(response.status == 404 || response.status == 400 || response.status == 405)
        << id << " " << response.status;
    expect_error(response, response.status);
  }
}

}  // namespace
}  // namespace zenzefi::test
