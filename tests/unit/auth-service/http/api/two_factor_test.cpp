// /auth/2fa, and `otp` at login
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

class TwoFactorApi : public ApiTest {
 protected:
  void SetUp() override { ann_ = as("ann"); }

  http::Response log_in(const std::string& more = {}) {
    return call("POST", "/api/v1/auth/login",
                R"({"email":"ann@example.com","password":"correct horse")" + more + "}");
  }
  http::Response post(const std::string& what, const std::string& code_field = {}) {
    return call("POST", "/api/v1/auth/2fa/" + what,
                code_field.empty() ? "" : "{\"code\":" + code_field + "}", ann_);
  }
  [[nodiscard]] std::string code_now() const {
    return '"' + FakeOneTimeCodes::code_at(clock.time) + '"';
  }

  Headers ann_;
};

TEST_F(TwoFactorApi, IsSetUpEnabledAndDisabled) {
  EXPECT_FALSE(Json{call("GET", "/api/v1/auth/2fa", {}, ann_).body}.boolean("/enabled"));
  const auto set_up = post("setup");
  ASSERT_EQ(set_up.status, 200) << set_up.body;
  EXPECT_TRUE(Json{set_up.body}.text("/otpauth_uri").find(Json{set_up.body}.text("/secret")) !=
              std::string::npos);

  const auto enabled = post("enable", code_now());
  ASSERT_EQ(enabled.status, 200) << enabled.body;
  EXPECT_EQ(Json{enabled.body}.size("/backup_codes"), 10U);
  const auto status = call("GET", "/api/v1/auth/2fa", {}, ann_);
  EXPECT_TRUE(Json{status.body}.boolean("/enabled"));
  EXPECT_EQ(Json{status.body}.integer("/backup_codes_left"), 10);
  EXPECT_EQ(post("setup").status, 409);
  EXPECT_EQ(post("enable", code_now()).status, 409);

  const auto refused = post("disable", "\"000000\"");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(detail_of(refused), "Invalid one-time code");
  EXPECT_EQ(post("disable", test::quoted(Json{enabled.body}.text("/backup_codes/0"))).status, 200);
  EXPECT_EQ(post("disable", code_now()).status, 409);
}

TEST_F(TwoFactorApi, LoginSaysThatACodeIsMissing) {
  ASSERT_EQ(post("setup").status, 200);
  ASSERT_EQ(post("enable", code_now()).status, 200);
  const auto asked = log_in();
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(detail_of(asked), "One-time code required");
  EXPECT_EQ(header_of(asked, "X-OTP"), "required");
  EXPECT_EQ(header_of(asked, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(log_in(R"(,"otp":null)").body, asked.body);

  const auto wrong = log_in(R"(,"otp":"000000")");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(detail_of(wrong), "Invalid one-time code");
  EXPECT_EQ(header_of(wrong, "X-OTP"), "");
  clock.time += std::chrono::seconds{30};
  EXPECT_EQ(log_in(R"(,"otp":)" + code_now()).status, 200);
}

TEST_F(TwoFactorApi, CodesOfAnotherShapeAreRefused) {
  ASSERT_EQ(post("setup").status, 200);
  for (const std::string& code :
       {std::string{"123456"}, std::string{"[]"}, std::string{"null"}, std::string{R"("")"},
        std::string{R"("12\u0000456")"}, '"' + std::string(600, '1') + '"'}) {
    EXPECT_EQ(post("enable", code).status, 422) << code;
    EXPECT_EQ(post("disable", code).status, 422) << code;
    if (code != "null" && code != R"("")") {
      EXPECT_EQ(log_in(R"(,"otp":)" + code).status, 422) << code;
    }
  }
  EXPECT_EQ(post("enable", R"("١٢٣٤٥٦")").status, 400) << "digits, but not ours";
}

TEST_F(TwoFactorApi, IsForWhoIsSignedIn) {
  for (const char* const what : {"setup", "enable", "disable"}) {
    EXPECT_EQ(call("POST", std::string{"/api/v1/auth/2fa/"} + what, R"({"code":"1"})").status, 403);
  }
  EXPECT_EQ(call("GET", "/api/v1/auth/2fa").status, 403);
}

}  // namespace
}  // namespace zenzefi::test
