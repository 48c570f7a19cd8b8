// What of a request goes on to the target, and into logs.
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

class ScrubTest : public ModuleTest {
 protected:
  void SetUp() override { sell(token_); }

  // What the target was sent, after a request that must pass.
  RecordedRequest forwarded(const std::string& path, std::vector<std::string> headers,
                            bool http2 = false) {
    target_.clear();
    const std::uint16_t port = http2 ? http2_port_ : port_;
    // libcurl 7.88 fails to use an HTTP/2 connection without TLS again.
    const HttpResponse response =
        HttpClient{}.send({.url = "http://127.0.0.1:" + std::to_string(port) + path,
                           .headers = std::move(headers),
                           .http2 = http2});
    EXPECT_EQ(response.status, 200) << path;
    return target_.last();
  }

  std::string token_ = new_token();
};

TEST_F(ScrubTest, TheHeaderGoesAndOthersStay) {
  start();
  for (const bool http2 : {false, true}) {
    const RecordedRequest seen = forwarded(
        "/", {"A: 1", "X-Access-Token: " + token_, "B: 2", "X-Access-Token: " + token_, "C: 3"},
        http2);
    EXPECT_EQ(seen.everything().find(token_), std::string::npos) << seen.everything();
    EXPECT_EQ(seen.header("A"), "1");
    EXPECT_EQ(seen.header("B"), "2");
    EXPECT_EQ(seen.header("C"), "3");
  }
}

TEST_F(ScrubTest, TheCookieGoesAndOthersStay) {
  start();
  struct Case {
    std::string sent;
    std::optional<std::string> seen;
  };
  const std::string cookie = "zenzefi_access_token=" + token_;
  for (const Case& c : {Case{"a=1; " + cookie + "; b=2", "a=1; b=2"}, Case{cookie + "; b=2", "b=2"},
                        Case{"a=1; " + cookie, "a=1"}, Case{cookie, std::nullopt},
                        Case{cookie + "; " + cookie, std::nullopt}}) {
    for (const bool http2 : {false, true}) {
      EXPECT_EQ(forwarded("/", {"Cookie: " + c.sent}, http2).header("Cookie"), c.seen) << c.sent;
    }
  }
}

TEST_F(ScrubTest, OneOfSeveralCookieHeadersMayGoAltogether) {
  start();
  RawSocket socket{port_};
  socket.send("GET / HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: zenzefi_access_token=" + token_ +
              "\r\nCookie: b=2\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(socket.receive_all()), 200);
  EXPECT_EQ(target_.last().header_values("Cookie"), (std::vector<std::string>{"a=1", "b=2"}));
}

TEST_F(ScrubTest, TheArgumentGoesAndOthersStay) {
  start();
  struct Case {
    std::string sent;
    std::string seen;
  };
  const std::string argument = "token=" + token_;
  for (const Case& c :
       {Case{"/p?a=1&" + argument + "&b=2", "/p?a=1&b=2"},
        Case{"/p?" + argument + "&b=%20", "/p?b=%20"}, Case{"/p?a=1&" + argument, "/p?a=1"},
        Case{"/p?" + argument, "/p"}, Case{"/p%20q?" + argument, "/p%20q"},
        Case{"/p?%74oken=" + token_ + "&a", "/p?a"},
        Case{"/p?" + argument + "&TOKEN=x&a", "/p?a"}}) {
    for (const bool http2 : {false, true}) {
      EXPECT_EQ(forwarded(c.sent, {}, http2).target, c.seen) << c.sent;
    }
  }
}

TEST_F(ScrubTest, TheArgumentGoesFromHeadersThatHoldAUriToo) {
  start();
  const std::string uri = "https://host/p?a=1&token=" + token_ + "&b=2#c";
  for (const bool http2 : {false, true}) {
    const RecordedRequest seen =
        forwarded("/",
                  {"X-Access-Token: " + token_, "Referer: " + uri, "X-Original-URI: " + uri,
                   "X-Rewrite-URL: /p?token=" + token_, "X-Other: /p?a=1"},
                  http2);
    EXPECT_EQ(seen.everything().find(token_), std::string::npos) << seen.everything();
    EXPECT_EQ(seen.header("Referer"), "https://host/p?a=1&b=2#c");
    EXPECT_EQ(seen.header("X-Original-URI"), "https://host/p?a=1&b=2#c");
    EXPECT_EQ(seen.header("X-Rewrite-URL"), "/p");
    EXPECT_EQ(seen.header("X-Other"), "/p?a=1");
  }
}

TEST_F(ScrubTest, TheArgumentGoesWhereTheTargetUriIsBuiltToo) {
  start({.locations = "location /args { access_token on; proxy_pass " + target_.url() +
                      "/x$is_args$args; }"
                      "location /replaced/ { access_token on; proxy_pass " +
                      target_.url() + "/y/; }"});
  EXPECT_EQ(forwarded("/args?a=1&token=" + token_, {}).target, "/x?a=1");
  EXPECT_EQ(forwarded("/args?token=" + token_, {}).target, "/x");
  EXPECT_EQ(forwarded("/replaced/z?token=" + token_ + "&a=1", {}).target, "/y/z?a=1");
}

TEST_F(ScrubTest, WhatNginxRemembersFromBeforeGoesToo) {
  start({.server = "if ($request_uri ~ nothing) { return 400; }"
                   "if ($arg_token = nobodys) { return 400; }"
                   "if ($http_x_access_token = nobodys) { return 400; }"
                   "if ($cookie_zenzefi_access_token = nobodys) { return 400; }"
                   "if ($http_cookie = nothing) { return 400; }"
                   "if ($http_x_user_id = nobody) { return 400; }"
                   "if ($query_string = nothing) { return 400; }",
         .locations = "location /seen { access_token on; proxy_pass " + target_.url() +
                      "$request_uri; proxy_set_header All '$request_uri $arg_token "
                      "$http_x_access_token $cookie_zenzefi_access_token $http_cookie "
                      "$http_x_user_id $query_string $request'; }"});
  const RecordedRequest seen =
      forwarded("/seen?a=1&token=" + token_,
                {"X-Access-Token: " + token_, "Cookie: b=2; zenzefi_access_token=" + token_,
                 "X-User-Id: forged"});
  EXPECT_EQ(seen.target, "/seen?a=1");
  EXPECT_EQ(seen.everything().find(token_), std::string::npos) << seen.everything();
  EXPECT_EQ(seen.everything().find("forged"), std::string::npos) << seen.everything();
}

TEST_F(ScrubTest, NobodyCanClaimToBeSomebody) {
  start(
      {.server = "underscores_in_headers on;",
       .locations = "location /bare { access_token on; proxy_set_header X-User-Id $http_x_user_id; "
                    "proxy_set_header X-Token-Id $http_x_token_id; proxy_pass " +
                    target_.url() + "; }"});
  for (const bool http2 : {false, true}) {
    const RecordedRequest seen =
        forwarded("/bare",
                  {"X-Access-Token: " + token_, "X-User-Id: forged", "X_User_Id: forged",
                   "x-user_id: forged", "X-Token-Id: forged", "X_TOKEN_ID: forged"},
                  http2);
    EXPECT_EQ(seen.everything().find("forged"), std::string::npos) << seen.everything();
  }
  const RecordedRequest seen =
      forwarded("/", {"X-Access-Token: " + token_, "X-User-Id: forged", "X_User_Id: forged"});
  EXPECT_EQ(seen.header_values("X-User-Id"), std::vector<std::string>{kUserId});
  EXPECT_EQ(seen.everything().find("forged"), std::string::npos);
}

TEST_F(ScrubTest, NoLogShowsTheToken) {
  start({.locations = "location /broken { access_token on; proxy_pass http://127.0.0.1:1; }"
                      "location /elsewhere { return 404; }"});
  nginx_->expect_error("Connection refused");
  EXPECT_EQ(get("/?token=" + token_ + "&a=1").status, 200);
  EXPECT_EQ(get("/broken?token=" + token_).status, 502);
  EXPECT_EQ(get("/elsewhere?token=" + token_).status, 404);
  const std::string guess = new_token();
  EXPECT_EQ(get("/?token=" + guess).status, 401);
  EXPECT_EQ(get("/", {"X-Access-Token: " + guess}).status, 401);
  EXPECT_EQ(
      client_
          .send({.url = "http://127.0.0.1:" + std::to_string(http2_port_) + "/?token=" + token_,
                 .http2 = true})
          .status,
      200);
  expect_not_logged(token_);
  expect_not_logged(guess);
  EXPECT_NE(nginx_->access_log().find("&a=1 HTTP/1.1"), std::string::npos) << nginx_->access_log();
  EXPECT_TRUE(nginx_->logged("token=\\*\\*\\*"));
}

TEST_F(ScrubTest, PassLeavesTheRequestAlone) {
  start(
      {.locations = "location /pass { access_token on; access_token_credentials pass; proxy_pass " +
                    target_.url() + "; }"});
  EXPECT_EQ(forwarded("/pass", {"X-Access-Token: " + token_}).header("X-Access-Token"), token_);
  EXPECT_EQ(forwarded("/pass?token=" + token_, {}).target, "/pass?token=" + token_);
  expect_not_logged(token_);
}

TEST_F(ScrubTest, AnAllowedAddressIsScrubbedToo) {
  start({.locations = "location /any { access_token on; satisfy any; allow 127.0.0.1; deny all; "
                      "proxy_pass " +
                      target_.url() + "; }"});
  const RecordedRequest seen = forwarded(
      "/any?token=" + token_,
      {"X-Access-Token: " + token_, "X-User-Id: forged", "Cookie: zenzefi_access_token=" + token_});
  EXPECT_EQ(seen.everything().find(token_), std::string::npos) << seen.everything();
  EXPECT_EQ(seen.everything().find("forged"), std::string::npos) << seen.everything();
  EXPECT_EQ(service_calls(token_), 0U);
}

TEST_F(ScrubTest, TheServiceGetsTheHashAndNothingElse) {
  start();
  EXPECT_EQ(client_
                .send({.method = "POST",
                       .url = url("/?token=" + token_),
                       .headers = {"Secret: header"},
                       .body = "secret body"})
                .status,
            200);
  const RecordedRequest asked = service_.last();
  EXPECT_EQ(asked.method, "GET");
  EXPECT_EQ(asked.target, "/internal/grant");
  EXPECT_EQ(asked.body, "");
  EXPECT_EQ(asked.header("Secret"), std::nullopt);
  EXPECT_EQ(asked.everything().find(token_), std::string::npos);
  EXPECT_EQ(target_.last().body, "secret body");
}

}  // namespace
}  // namespace zenzefi::test
