// Input that no honest client sends.
#include "tests/e2e/module/module_test.hpp"
#include "tests/support/raw_socket.hpp"

namespace zenzefi::test {
namespace {

using namespace std::string_literals;

class MalformedTest : public ModuleTest {
 protected:
  // The status of a request with these bytes after the Host header.
  [[nodiscard]] int status_of_raw(const std::string& target, const std::string& headers) const {
    RawSocket socket{port_};
    socket.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers +
                "Connection: close\r\n\r\n");
    return status_of(socket.receive_all());
  }
};

TEST_F(MalformedTest, NoTokenThatCannotBeOneIsLookedUp) {
  start();
  await_redis();
  const std::string good = new_token();
  sell(good);
  for (const std::string& value :
       {"!"s, "a b"s, "a=b"s, "a+b"s, "a/b"s, good + "="s, "\""s, "%41"s, "\xc3\xa9"s, "\x80\xff"s,
        "a\tb"s, "a,b"s, "' OR 1=1 --"s, "${jndi}"s, "../.."s, std::string(257, 'a'),
        std::string(10'240, 'a')}) {
    const HttpResponse response = get("/", {"X-Access-Token: " + value});
    EXPECT_EQ(response.status, 401) << value;
    EXPECT_EQ(response.header("X-Reason"), "malformed") << value;
    EXPECT_EQ(response.body, R"({"detail": "Invalid or expired access token"})") << value;
  }
  for (const std::string& value :
       {"%00"s, good + "%00", "a%20b"s, "a+b"s, "%"s, "%zz"s, std::string(10'240, 'a')}) {
    const HttpResponse response = get("/?token=" + value);
    EXPECT_EQ(response.status, 401) << value;
    EXPECT_EQ(response.header("X-Reason"), "malformed") << value;
  }
  EXPECT_EQ(service_.count(), 0U);
  EXPECT_EQ(target_.count(), 0U);
  EXPECT_EQ(ask(good).status, 200);
}

TEST_F(MalformedTest, AnEmptyTokenIsAMissingOne) {
  start();
  for (const std::string& header :
       {"X-Access-Token;"s, "X-Access-Token:  "s, "Cookie: zenzefi_access_token="s, "Cookie;"s,
        "Cookie: ;;=;"s, "A: b"s}) {
    const HttpResponse response = get("/?token=", {header});
    EXPECT_EQ(response.status, 401) << header;
    EXPECT_EQ(response.header("X-Reason"), "missing") << header;
  }
}

TEST_F(MalformedTest, ANulNeverPasses) {
  start();
  const std::string token = new_token();
  sell(token);
  EXPECT_EQ(status_of_raw("/", "X-Access-Token: " + token + "\r\n"), 200);
  EXPECT_EQ(status_of_raw("/", "X-Access-Token: " + token + "\0\r\n"s), 400);
  EXPECT_EQ(status_of_raw("/", "X-Access-Token: "s + "\0"s + token + "\r\n"), 400);
  EXPECT_EQ(status_of_raw("/", "Cookie: zenzefi_access_token=" + token + "\0\r\n"s), 400);
  EXPECT_EQ(status_of_raw("/?token=" + token + "\0"s, ""), 400);
  EXPECT_EQ(target_.count(), 1U);
}

TEST_F(MalformedTest, AnEndOfTheRequestAnywhereIsSurvived) {
  start();
  const std::string request =
      "GET /?token=abc HTTP/1.1\r\nHost: a\r\nX-Access-Token: abc\r\nCookie: a=b\r\n\r\n";
  for (std::size_t length = 0; length < request.size(); length += 3) {
    RawSocket socket{port_};
    socket.send(request.substr(0, length));
    socket.reset();
  }
  EXPECT_EQ(get("/").status, 401);
}

TEST_F(MalformedTest, OtherMethodsAndOldProtocolsAreCheckedToo) {
  start();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "PROPFIND"}) {
    EXPECT_EQ(client_.send({.method = method, .url = url("/")}).status, 401) << method;
  }
  RawSocket http10{port_};
  http10.send("GET /?token=abc HTTP/1.0\r\n\r\n");
  EXPECT_EQ(status_of(http10.receive_all()), 401);
  RawSocket http09{port_};
  http09.send("GET /?token=abc\r\n");
  EXPECT_NE(http09.receive_all().find("Invalid or expired access token"), std::string::npos);
  EXPECT_EQ(target_.count(), 0U);
}

TEST_F(MalformedTest, ManyHeadersAndCookiesAreScrubbedAll) {
  start();
  const std::string token = new_token();
  sell(token);
  std::string headers = "X-Access-Token: " + token + "\r\n";
  for (int i = 0; i < 60; ++i) {
    headers += "X-User-Id: forged\r\nA" + std::to_string(i) + ": kept\r\nX-Access-Token: " + token +
               "\r\nCookie: zenzefi_access_token=" + token + "\r\n";
  }
  EXPECT_EQ(status_of_raw("/", headers), 200);
  const RecordedRequest seen = target_.last();
  EXPECT_EQ(seen.everything().find(token), std::string::npos);
  EXPECT_EQ(seen.everything().find("forged"), std::string::npos);
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(seen.header("A" + std::to_string(i)), "kept");
  }
}

}  // namespace
}  // namespace zenzefi::test
