// Who a request is from is said by the gateway and by nobody else.
#include <gtest/gtest.h>

#include "account.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/web_socket_client.hpp"

namespace zenzefi::test {
namespace {

class IdentityHeaders : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    stack = std::make_unique<Stack>();
    alice = std::make_unique<Account>(*stack);
    token = alice->buy(24);
  }
  static void TearDownTestSuite() {
    alice.reset();
    stack.reset();
  }

  // Sends `headers` with a good token; returns what the target saw.
  static RecordedRequest pass(std::vector<std::string> headers) {
    headers.push_back(token_header(token));
    stack->target.clear();
    const HttpResponse response = HttpClient{}.get(stack->proxied(), std::move(headers));
    EXPECT_EQ(response.status, 200) << response.body;
    return stack->target.last();
  }

  static void expect_only_alice(const RecordedRequest& seen) {
    EXPECT_EQ(seen.header_values("X-User-Id"), std::vector<std::string>{alice->id()});
    EXPECT_EQ(seen.header_values("X-Token-Id"), std::vector<std::string>{token.id});
    EXPECT_EQ(seen.everything().find("mallory"), std::string::npos) << seen.everything();
    EXPECT_EQ(seen.everything().find(token.text), std::string::npos) << seen.everything();
  }

  static inline std::unique_ptr<Stack> stack;
  static inline std::unique_ptr<Account> alice;
  static inline BoughtToken token;
};

TEST_F(IdentityHeaders, OfTheClientAreGone) {
  for (const char* name :
       {"X-User-Id", "x-user-id", "X-USER-ID", "X_User_Id", "X-User_Id", "X_User-Id", "x_user_id",
        "X-Token-Id", "x-token-id", "X_Token_Id", "X-Token_Id", "X_Token-Id"}) {
    expect_only_alice(pass({std::string{name} + ": mallory"}));
  }
  expect_only_alice(pass({"X-User-Id: mallory", "X-User-Id: mallory-2", "X_User_Id: mallory-3",
                          "X-Token-Id: mallory", "x_token_id: mallory"}));
}

TEST_F(IdentityHeaders, CredentialsOfOtherSourcesAreGone) {
  expect_only_alice(pass({"Cookie: zenzefi_access_token=" + token.text}));
  expect_only_alice(pass({"X_Access_Token: " + token.text}));
  expect_only_alice(pass({"Cookie: a=1", "Cookie: zenzefi_access_token=" + token.text}));
  const RecordedRequest seen = pass({"Cookie: a=1; zenzefi_access_token=mallory; b=2"});
  expect_only_alice(seen);
  EXPECT_EQ(seen.header("Cookie"), "a=1; b=2");
}

TEST_F(IdentityHeaders, AreNotHiddenByTheConnectionHeader) {
  expect_only_alice(pass({"Connection: X-User-Id, X-Token-Id"}));
}

TEST_F(IdentityHeaders, HoldForWebSocketsToo) {
  WebSocketClient socket{{.port = stack->port(),
                          .target = "/api/v1/proxy/ws?token=" + token.text,
                          .headers = {{"X-User-Id", "mallory"}, {"X_Token_Id", "mallory"}}}};
  ASSERT_TRUE(socket.open());
  expect_only_alice(stack->target.last());
}

TEST_F(IdentityHeaders, DoNotComeInByAFoldedOrSplitHeader) {
  // Each is either refused, or passes without what it smuggles.
  for (const std::string& headers : {
           std::string{"X-Other: a\r\n X-User-Id: mallory\r\n"},
           std::string{"X-Other: a\rX-User-Id: mallory\r\n"},
           std::string{"X-Other: a\nX-User-Id: mallory\r\n"},
           std::string{"X-User-Id : mallory\r\n"},
           std::string{"X-User-Id\t: mallory\r\n"},
           std::string{" X-User-Id: mallory\r\n"},
       }) {
    stack->target.clear();
    RawSocket socket{stack->port()};
    socket.send("GET /api/v1/proxy/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                token_header(token) + "\r\n" + headers + "\r\n");
    const int status = status_of(socket.receive_all());
    EXPECT_TRUE(status == 200 || status == 400) << status << " for " << headers;
    for (const RecordedRequest& seen : stack->target.requests()) {
      EXPECT_EQ(seen.header_values("X-User-Id"), std::vector<std::string>{alice->id()}) << headers;
    }
  }
}

// The service believes X-Real-IP and its like from nginx, and its internal port is nobody's.
TEST_F(IdentityHeaders, TheInternalCheckCannotBeReached) {
  HttpClient client;
  for (const char* path : {"/internal/grant", "/internal/check", "/_access_token", "/metrics",
                           "/api/v1/internal/grant", "/api/v1/../../internal/grant",
                           "/api/v1/proxy/../../../internal/grant"}) {
    const HttpResponse response = client.get(
        stack->url(path), {token_header(token), "X-Access-Token-Hash: " + std::string(64, '0')});
    EXPECT_TRUE(response.status == 404 || response.status == 400 || response.status == 401)
        << path << ": " << response.status;
    EXPECT_FALSE(response.header("X-Token-Id").has_value()) << path;
    EXPECT_TRUE(response.json().has("/detail")) << path;
  }
}

}  // namespace
}  // namespace zenzefi::test
