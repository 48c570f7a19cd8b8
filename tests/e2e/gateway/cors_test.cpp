// Pages of other origins, through nginx.
#include <gtest/gtest.h>

#include "account.hpp"

namespace zenzefi::test {
namespace {

HttpResponse ask(const std::string& method, const std::string& url, const std::string& origin,
                 std::vector<std::string> headers = {}) {
  headers.push_back("Origin: " + origin);
  return HttpClient{}.send({.method = method, .url = url, .headers = std::move(headers)});
}

TEST(Cors, ListedOriginsMayUseTheApiAndNobodyElse) {
  const std::string portal = "https://portal.example.com";
  const Stack stack{{.auth_settings = {{"CORS_ORIGINS", "http://localhost:3000, " + portal}}}};
  const std::string url = stack.url("/api/v1/users/me");

  const HttpResponse preflight =
      ask("OPTIONS", url, portal,
          {"Access-Control-Request-Method: PATCH",
           "Access-Control-Request-Headers: authorization,content-type"});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), portal);
  EXPECT_EQ(preflight.header("Access-Control-Allow-Credentials"), "true");
  EXPECT_NE(preflight.header("Access-Control-Allow-Methods").value_or("").find("PATCH"),
            std::string::npos);
  EXPECT_NE(preflight.header("Access-Control-Allow-Headers").value_or("").find("Authorization"),
            std::string::npos);
  EXPECT_EQ(preflight.header("Vary"), "Origin");
  EXPECT_EQ(preflight.body, "");

  // Errors, too, are for the page to read.
  const HttpResponse refused = ask("GET", url, portal);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), portal);
  EXPECT_EQ(refused.header("Access-Control-Expose-Headers"), "X-Request-Id, Retry-After, X-OTP");
  EXPECT_EQ(ask("GET", stack.url("/api/v1/tokens/prices"), "http://localhost:3000").status, 200);

  for (const std::string other : {"https://portal.example.com.evil.example", "null", "*"}) {
    for (const std::string method : {"OPTIONS", "GET"}) {
      const HttpResponse answer = ask(method, url, other, {"Access-Control-Request-Method: PATCH"});
      EXPECT_EQ(answer.status, method == "GET" ? 403 : 405) << other;
      EXPECT_FALSE(answer.header("Access-Control-Allow-Origin").has_value()) << other;
      EXPECT_EQ(answer.header("Vary"), "Origin") << other;
    }
  }

  const auto [status, output] = stack.auth.command({"serve"}, {{"CORS_ORIGINS", "*"}});
  EXPECT_EQ(status, 2);
  EXPECT_NE(output.find("CORS_ORIGINS must list origins"), std::string::npos) << output;
}

}  // namespace
}  // namespace zenzefi::test
