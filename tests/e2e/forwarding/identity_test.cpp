// What the target learns of a request: who it is, and nothing that could be used again.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

class Identity : public testing::Test {
 protected:
  RecordingTarget target_;
  Gateway gateway_{target_.url()};
  HttpClient client_;
};

TEST_F(Identity, TheTargetLearnsWhoItIsAndNeverTheCredential) {
  const std::string token = gateway_.token();
  const std::vector<HttpRequest> requests = {
      {.url = gateway_.url("/a?b=c"), .headers = {"X-Access-Token: " + token}},
      {.url = gateway_.url("/a?b=c"), .headers = {"Cookie: zenzefi_access_token=" + token}},
      {.url = gateway_.url("/a?b=c&token=" + token)},
      {.url = gateway_.url("/a?token=" + token + "&b=c")},
  };
  for (const HttpRequest& request : requests) {
    ASSERT_EQ(client_.send(request).status, 200) << request.url;
    const RecordedRequest seen = target_.last();
    EXPECT_EQ(seen.target, "/a?b=c");
    EXPECT_EQ(seen.header_values("X-User-Id"), std::vector<std::string>{Gateway::kUserId});
    EXPECT_EQ(seen.header_values("X-Token-Id"), std::vector<std::string>{Gateway::kTokenId});
    EXPECT_EQ(seen.everything().find(token), std::string::npos) << seen.everything();
    target_.clear();
  }
  EXPECT_EQ(gateway_.nginx().access_log().find(token), std::string::npos);
}

TEST_F(Identity, OtherCookiesStay) {
  const HttpResponse response = client_.get(
      gateway_.url("/"), {"Cookie: a=b; zenzefi_access_token=" + gateway_.token() + "; c=d"});
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(target_.last().header("Cookie"), "a=b; c=d");
}

TEST_F(Identity, ForgedHeadersDoNotReachTheTarget) {
  const HttpResponse response =
      gateway_.send({.url = gateway_.url("/"),
                     .headers = {"X-User-Id: root", "X_User_Id: root", "x-token-id: root",
                                 "X_Token_Id: root", "Forwarded: for=192.0.2.1",
                                 "X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1"}});
  ASSERT_EQ(response.status, 200);
  const RecordedRequest seen = target_.last();
  EXPECT_EQ(seen.everything().find("root"), std::string::npos) << seen.everything();
  EXPECT_EQ(seen.everything().find("192.0.2.1"), std::string::npos) << seen.everything();
  EXPECT_EQ(seen.header_values("X-User-Id"), std::vector<std::string>{Gateway::kUserId});
  EXPECT_EQ(seen.header("X-Forwarded-For"), "127.0.0.1");
}

TEST_F(Identity, WhereTheClientCameFrom) {
  ASSERT_EQ(gateway_.get("/").status, 200);
  const RecordedRequest seen = target_.last();
  EXPECT_EQ(seen.header("Host"), target_.url().substr(7));
  EXPECT_EQ(seen.header("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.header("X-Forwarded-Host"), gateway_.origin().substr(7));
}

TEST_F(Identity, OriginAndRefererAreThoseOfTheTarget) {
  const std::string page = gateway_.url("/page?x=y");
  ASSERT_EQ(gateway_
                .send({.method = "POST",
                       .url = gateway_.url("/"),
                       .headers = {"Origin: " + gateway_.origin(), "Referer: " + page},
                       .body = "x"})
                .status,
            200);
  EXPECT_EQ(target_.last().header("Origin"), target_.url());
  EXPECT_EQ(target_.last().header("Referer"), target_.url() + "/page?x=y");
  target_.clear();

  ASSERT_EQ(gateway_
                .send({.url = gateway_.url("/"),
                       .headers = {"Origin: http://elsewhere.example",
                                   "Referer: " + page + "&token=" + gateway_.token()}})
                .status,
            200);
  EXPECT_EQ(target_.last().header("Origin"), "http://elsewhere.example");
  EXPECT_EQ(target_.last().header("Referer"), target_.url() + "/page?x=y");
}

TEST_F(Identity, WithoutATokenTheTargetIsNotAsked) {
  for (const std::vector<std::string>& headers : {std::vector<std::string>{},
                                                  {"X-Access-Token: " + std::string(64, 'x')},
                                                  {"X-User-Id: root"}}) {
    const HttpResponse response = client_.get(gateway_.url("/"), headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.header("Content-Type"), "application/json");
    EXPECT_FALSE(response.json().text("/detail").empty());
  }
  EXPECT_EQ(target_.count(), 0U);
}

// What is said by a proxy that is trusted counts, and nothing of what was said to it.
TEST(IdentityOfTheGateway, ATrustedProxySaysWhoTheClientIs) {
  const std::string forwarded = "X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.1.2.3";
  RecordingTarget target;
  for (const auto& [trusted, client] : std::vector<std::pair<std::string, std::string>>{
           {"127.0.0.1, 10.0.0.0/8 2001:db8::/32", "203.0.113.7"}, {"10.0.0.0/8", "127.0.0.1"}}) {
    Gateway gateway{target.url(), {{"GATEWAY_TRUSTED_PROXIES", trusted}}};
    ASSERT_EQ(gateway.send({.url = gateway.url("/"), .headers = {forwarded}}).status, 200);
    const RecordedRequest seen = target.last();
    EXPECT_EQ(seen.header_values("X-Real-IP"), std::vector{client}) << trusted;
    EXPECT_EQ(seen.header_values("X-Forwarded-For"), std::vector{client}) << trusted;
  }
}

TEST(IdentityOfTheGateway, AProxyWithoutAnAddressIsRefused) {
  const std::string target = "http://127.0.0.1:1";
  for (const std::string proxies : {"proxy.example", "10.0.0.1; allow all", "*"}) {
    try {
      const Gateway gateway{target, {{"GATEWAY_TRUSTED_PROXIES", proxies}}};
      ADD_FAILURE() << proxies;
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find("GATEWAY_TRUSTED_PROXIES"), std::string::npos)
          << error.what();
    }
  }
}

TEST(IdentityOfTheGateway, BasicAuthTowardsTheTarget) {
  RecordingTarget target;
  Gateway gateway{target.url(),
                  {{"ZENZEFI_BASIC_AUTH_USER", "me"}, {"ZENZEFI_BASIC_AUTH_PASSWORD", "pa:ss"}}};
  ASSERT_EQ(gateway.send({.url = gateway.url("/"), .headers = {"Authorization: Bearer x"}}).status,
            200);
  EXPECT_EQ(target.last().header_values("Authorization"),
            std::vector<std::string>{"Basic bWU6cGE6c3M="});
}

TEST(IdentityOfTheGateway, WithoutItTheClientsOwnAuthorizationPasses) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  ASSERT_EQ(
      gateway.send({.url = gateway.url("/"), .headers = {"Authorization: Basic eA=="}}).status,
      200);
  EXPECT_EQ(target.last().header("Authorization"), "Basic eA==");
}

}  // namespace
}  // namespace zenzefi::test
