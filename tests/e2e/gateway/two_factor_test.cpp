// The second factor, through nginx, at two instances of the service that are about to change the
// key they seal with.
#include <gtest/gtest.h>

#include <algorithm>

#include "account.hpp"
#include "ledger.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/one_time_code.hpp"

namespace zenzefi::test {
namespace {

const std::string kOldKey = "dGVzdC10b2tlbi1lbmNyeXB0aW9uLWtleS0wMTIzNDU=";
const std::string kNewKey = "YW5vdGhlci10b2tlbi1lbmNyeXB0aW9uLWtleS0wMTI=";

class TwoFactor : public testing::Test {
 protected:
  static Environment sealing(const std::string& current, const std::string& previous) {
    return {{"TOKEN_ENCRYPTION_KEY", current},
            {"TOKEN_ENCRYPTION_KEY_PREVIOUS", previous},
            {"RATE_LIMIT_AUTH", "off"}};
  }
  static AuthServiceOptions with_the_new_key(const Stack& stack) {
    AuthServiceOptions options{.settings = sealing(kNewKey, kOldKey), .migrate = false};
    options.settings.merge(Environment{stack.auth.settings()});
    return options;
  }

  // `otp` as JSON; none when it is empty.
  [[nodiscard]] HttpResponse log_in(const std::string& base, const std::string& otp) const {
    const std::string field = otp.empty() ? "" : ",\"otp\":" + otp;
    return HttpClient{}.post_json(base + "/api/v1/auth/login",
                                  R"({"email":)" + test::quoted(alice_.email()) +
                                      R"(,"password":)" + test::quoted(alice_.password()) + field +
                                      "}");
  }
  // From many at once, at both instances.
  [[nodiscard]] std::vector<HttpResponse> all_log_in(const std::string& otp) const {
    return concurrently(10, [&](std::size_t i) {
      return log_in(i % 2 == 0 ? stack_.url("") : other_.public_url(), otp);
    });
  }
  static void expect_one_winner(const std::vector<HttpResponse>& responses) {
    EXPECT_EQ(std::ranges::count(responses, 200, &HttpResponse::status), 1);
    EXPECT_EQ(std::ranges::count(responses, 401, &HttpResponse::status),
              static_cast<std::ptrdiff_t>(responses.size()) - 1);
  }
  [[nodiscard]] HttpResponse with_code(const std::string& path, const std::string& code) const {
    return alice_.post("/auth/2fa/" + path, R"({"code":)" + test::quoted(code) + "}");
  }

  Stack stack_{{.auth_settings = sealing(kOldKey, kNewKey)}};
  AuthService other_{with_the_new_key(stack_)};
  const Account alice_{stack_, "0"};
};

TEST_F(TwoFactor, OneCodeOneWinner) {
  const HttpResponse set_up = alice_.post("/auth/2fa/setup", "");
  ASSERT_EQ(set_up.status, 200) << set_up.body;
  const std::string secret = set_up.json().text("/secret");
  EXPECT_TRUE(set_up.json().text("/otpauth_uri").starts_with("otpauth://totp/Zenzefi:"));
  EXPECT_EQ(log_in(stack_.url(""), "").status, 200) << "not enabled yet";
  EXPECT_EQ(with_code("enable", "12345").status, 400);

  const std::string first_code = one_time_code(secret);
  const auto enabled =
      concurrently(4, [&](std::size_t) { return with_code("enable", first_code); });
  EXPECT_EQ(std::ranges::count(enabled, 200, &HttpResponse::status), 1);
  EXPECT_EQ(std::ranges::count(enabled, 409, &HttpResponse::status), 3);
  const Json codes = std::ranges::find(enabled, 200, &HttpResponse::status)->json();
  ASSERT_EQ(codes.size("/backup_codes"), 10U);

  EXPECT_EQ(alice_.post("/auth/2fa/setup", "").status, 409);

  const HttpResponse asked = log_in(stack_.url(""), "");
  EXPECT_EQ(asked.status, 401);
  EXPECT_EQ(asked.header("X-OTP"), "required");
  EXPECT_EQ(asked.json().text("/detail"), "One-time code required");
  EXPECT_EQ(log_in(other_.public_url(), test::quoted(first_code)).status, 401) << "used already";
  for (const std::string& otp : {std::string{R"("١٢٣٤٥٦")"}, std::string{R"("' OR '1'='1")"},
                                 '"' + std::string(500, '7') + '"'}) {
    EXPECT_EQ(log_in(stack_.url(""), otp).status, 401) << otp;
  }
  for (const std::string& otp : {std::string{"123456"}, std::string{R"("12\u0000456")"},
                                 std::string{"{}"}, '"' + std::string(5000, '7') + '"'}) {
    EXPECT_EQ(log_in(stack_.url(""), otp).status, 422) << otp;
  }

  // The next step's code is good already: nobody has to wait here.
  expect_one_winner(all_log_in(test::quoted(one_time_code(secret, 1))));
  expect_one_winner(all_log_in(test::quoted(codes.text("/backup_codes/0"))));
  EXPECT_EQ(alice_.get("/auth/2fa").json().integer("/backup_codes_left"), 9);

  EXPECT_EQ(with_code("disable", codes.text("/backup_codes/0")).status, 400) << "used already";
  EXPECT_EQ(with_code("disable", codes.text("/backup_codes/1")).status, 200);
  EXPECT_EQ(with_code("disable", codes.text("/backup_codes/2")).status, 409);
  EXPECT_EQ(log_in(stack_.url(""), "").status, 200);
  const std::string audit =
      query_value(stack_,
                  "SELECT string_agg(action, ' ' ORDER BY id) FROM audit_log WHERE action LIKE "
                  "'account.two%' OR action LIKE 'account.backup%'");
  EXPECT_EQ(audit,
            "account.two_factor_enabled account.backup_code_used account.backup_code_used "
            "account.two_factor_disabled");
  for (const std::string& log : {stack_.auth.log(), other_.log()}) {
    EXPECT_EQ(log.find(secret), std::string::npos);
    EXPECT_EQ(log.find(codes.text("/backup_codes/0")), std::string::npos);
  }
}

TEST_F(TwoFactor, OperatorTakesItOffALostOne) {
  const HttpResponse set_up = alice_.post("/auth/2fa/setup", "");
  ASSERT_EQ(with_code("enable", one_time_code(set_up.json().text("/secret"))).status, 200);
  ASSERT_EQ(log_in(stack_.url(""), "").status, 401);
  const auto [unknown, message] = stack_.auth.command({"disable-2fa", "nobody@example.org"});
  EXPECT_EQ(unknown, 1) << message;
  const auto [status, output] = stack_.auth.command({"disable-2fa", alice_.email()});
  EXPECT_EQ(status, 0) << output;
  EXPECT_EQ(log_in(stack_.url(""), "").status, 200);
  EXPECT_EQ(stack_.auth.command({"audit", "verify"}).status, 0);
}

}  // namespace
}  // namespace zenzefi::test
