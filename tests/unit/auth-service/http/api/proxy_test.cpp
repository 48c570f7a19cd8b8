// /proxy
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class ProxyApi : public ApiTest {
 protected:
  http::Response authenticate(const std::string& token) {
    return call("POST", "/api/v1/proxy/authenticate", R"({"token":)" + test::quoted(token) + "}");
  }
};

TEST_F(ProxyApi, AuthenticateActivatesAndSetsTheCookie) {
  const std::string token = bought_token(with_credits("ann", "100"));
  const auto response = authenticate(token);
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(Json{response.body}.text("/expires_at"), "2025-10-16T00:00:00Z");
  EXPECT_EQ(
      header_of(response, "Set-Cookie"),
      "zenzefi_access_token=" + token + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400; Secure");
  clock.time += std::chrono::hours{1};
  EXPECT_NE(header_of(authenticate(token), "Set-Cookie").find("Max-Age=82800"), std::string::npos)
      << "what is left of the time";
}

TEST_F(ProxyApi, CookieAttributesAreTheOperatorsToSet) {
  const std::string token = bought_token(with_credits("ann", "100"));
  settings.cookie = {.secure = false, .same_site = http::SameSite::kStrict};
  EXPECT_EQ(header_of(authenticate(token), "Set-Cookie"),
            "zenzefi_access_token=" + token + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400");
  settings.cookie = {.secure = true, .same_site = http::SameSite::kNone};
  EXPECT_NE(header_of(authenticate(token), "Set-Cookie").find("SameSite=None; "),
            std::string::npos);
}

TEST_F(ProxyApi, AuthenticateRefusesWithoutACookie) {
  for (const std::string& token : {std::string{}, std::string{"unknown"}, std::string(10'240, 'a'),
                                   std::string{"a; Domain=evil"}, std::string("a\r\nb")}) {
    const auto response = authenticate(token);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(detail_of(response), "Invalid or expired access token");
    EXPECT_EQ(header_of(response, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(header_of(response, "Set-Cookie"), "");
  }
  EXPECT_EQ(call("POST", "/api/v1/proxy/authenticate", "{}").status, 422);
}

TEST_F(ProxyApi, StatusByHeaderOrCookie) {
  const std::string token = bought_token(with_credits("ann", "100"));
  const auto before = call("GET", "/api/v1/proxy/status", {}, {{"X-Access-Token", token}});
  ASSERT_EQ(before.status, 200);
  EXPECT_FALSE(Json{before.body}.boolean("/connected"));
  EXPECT_TRUE(Json{before.body}.is_null("/expires_at"));

  authenticate(token);
  clock.time += std::chrono::minutes{10};
  const auto response =
      call("GET", "/api/v1/proxy/status", {}, {{"Cookie", "a=b; zenzefi_access_token=" + token}});
  ASSERT_EQ(response.status, 200);
  const Json json{response.body};
  EXPECT_TRUE(json.boolean("/connected"));
  EXPECT_EQ(json.text("/status"), "active");
  EXPECT_TRUE(Uuid::parse(json.text("/session_id")).has_value());
  EXPECT_EQ(json.text("/started_at"), "2025-10-15T00:00:00Z");
  EXPECT_EQ(json.text("/expires_at"), "2025-10-16T00:00:00Z");
  EXPECT_EQ(json.integer("/time_remaining_seconds"), 24 * 3600 - 600);
  EXPECT_EQ(json.integer("/bytes_transferred"), 0);
}

TEST_F(ProxyApi, StatusRefuses) {
  for (const Headers& headers : {Headers{}, Headers{{"X-Access-Token", "unknown"}},
                                 Headers{{"Cookie", "zenzefi_access_token=%00"}}}) {
    const auto response = call("GET", "/api/v1/proxy/status", {}, headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.body, R"({"detail":"Invalid or expired access token"})");
  }
}

TEST_F(ProxyApi, LogoutClearsTheCookie) {
  const auto response = call("DELETE", "/api/v1/proxy/logout");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"message":"Logged out successfully"})");
  EXPECT_EQ(header_of(response, "Set-Cookie"),
            "zenzefi_access_token=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
}

}  // namespace
}  // namespace zenzefi::test
