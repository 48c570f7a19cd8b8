#include "http/cors.hpp"

#include <gtest/gtest.h>

#include <map>

namespace zenzefi::http {
namespace {

std::map<std::string, std::string> headers_of(const Response& response) {
  return {response.headers.begin(), response.headers.end()};
}

Request request_from(const std::string& origin, Method method = Method::kGet) {
  Request request;
  request.method = method;
  request.headers = {{"origin", origin}};
  return request;
}

Request preflight_from(const std::string& origin) {
  Request request = request_from(origin, Method::kOptions);
  request.headers.emplace_back("Access-Control-Request-Method", "PATCH");
  return request;
}

class CorsTest : public testing::Test {
 protected:
  const Cors cors_{{"https://portal.example.com", "http://localhost:3000"}};
};

TEST_F(CorsTest, ListedOriginMayReadTheAnswer) {
  for (const std::string origin : {"https://portal.example.com", "http://localhost:3000"}) {
    Response response;
    cors_.share(request_from(origin), response);
    auto headers = headers_of(response);
    EXPECT_EQ(headers["Access-Control-Allow-Origin"], origin);
    EXPECT_EQ(headers["Access-Control-Allow-Credentials"], "true");
    EXPECT_EQ(headers["Access-Control-Expose-Headers"], "X-Request-Id, Retry-After, X-OTP");
    EXPECT_EQ(headers["Vary"], "Origin");
  }
}

TEST_F(CorsTest, NobodyElseMay) {
  for (const std::string origin :
       {"https://portal.example.com.evil.example", "https://evil.example", "null", "*", "",
        "http://portal.example.com", "https://portal.example.com:8443",
        "https://PORTAL.example.com"}) {
    Response response;
    cors_.share(request_from(origin), response);
    EXPECT_EQ(headers_of(response), (std::map<std::string, std::string>{{"Vary", "Origin"}}))
        << origin;
    EXPECT_FALSE(cors_.preflight(preflight_from(origin)).has_value()) << origin;
  }
}

TEST_F(CorsTest, PreflightIsAnswered) {
  const auto response = cors_.preflight(preflight_from("https://portal.example.com"));
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 204);
  auto headers = headers_of(*response);
  EXPECT_EQ(headers["Access-Control-Allow-Methods"], "GET, POST, PATCH, DELETE");
  for (const char* const name :
       {"Authorization", "Content-Type", "Idempotency-Key", "X-Access-Token"}) {
    EXPECT_NE(headers["Access-Control-Allow-Headers"].find(name), std::string::npos) << name;
  }
}

TEST_F(CorsTest, OnlyAPreflightIsOne) {
  EXPECT_FALSE(
      cors_.preflight(request_from("https://portal.example.com", Method::kOptions)).has_value());
  Request post = preflight_from("https://portal.example.com");
  post.method = Method::kPost;
  EXPECT_FALSE(cors_.preflight(post).has_value());
}

TEST_F(CorsTest, WithoutOriginsNothingIsSaid) {
  const Cors none{{}};
  Response response;
  none.share(request_from("https://portal.example.com"), response);
  EXPECT_TRUE(response.headers.empty());
  EXPECT_FALSE(none.preflight(preflight_from("https://portal.example.com")).has_value());
}

TEST_F(CorsTest, OriginsAreWrittenAsBrowsersWriteThem) {
  for (const char* const good :
       {"https://portal.example.com", "http://localhost:3000", "http://127.0.0.1",
        "http://[2001:db8::1]", "http://[::1]:8080", "tauri://localhost"}) {
    EXPECT_TRUE(is_origin(good)) << good;
  }
  for (const char* const bad :
       {"", "*", "null", "https://*", "https://*.example.com", "https://a.example/",
        "https://a.example/path", "https://A.example", "HTTPS://a.example", "https://",
        "https://a.example:", "https://a.example:x", "https://:80", "a.example", "//a.example",
        "https://user@a.example", "https://a.example?x", "https://a b"}) {
    EXPECT_FALSE(is_origin(bad)) << bad;
  }
}

}  // namespace
}  // namespace zenzefi::http
