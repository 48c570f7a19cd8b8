#include "http/input/credentials.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

Request with(std::vector<std::pair<std::string, std::string>> headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

std::optional<std::string> bearer(const std::string& value) {
  const Request request = with({{"authorization", value}});
  const auto found = bearer_of(request);
  return found ? std::optional<std::string>{*found} : std::nullopt;
}

std::optional<std::string> cookie(const std::string& value) {
  const Request request = with({{"Cookie", value}});
  const auto found = cookie_of(request, "token");
  return found ? std::optional<std::string>{*found} : std::nullopt;
}

TEST(Credentials, FindsBearers) {
  EXPECT_EQ(bearer("Bearer abc"), "abc");
  EXPECT_EQ(bearer("bearer   abc"), "abc");
  EXPECT_EQ(bearer("Bearer "), "");
  EXPECT_EQ(bearer("Bearer"), std::nullopt);
  EXPECT_EQ(bearer("Bearerabc"), std::nullopt);
  EXPECT_EQ(bearer("Basic YTpi"), std::nullopt);
  EXPECT_EQ(bearer(""), std::nullopt);
  EXPECT_EQ(bearer_of(Request{}), std::nullopt);
}

TEST(Credentials, FindsACookie) {
  EXPECT_EQ(cookie("token=x"), "x");
  EXPECT_EQ(cookie("a=b; token=x; c=d"), "x");
  EXPECT_EQ(cookie("a=b;token=x;c=d"), "x");
  EXPECT_EQ(cookie("token=x=y "), "x=y");
  EXPECT_EQ(cookie("token=first; token=second"), "first");
  EXPECT_EQ(cookie("token="), "");
}

TEST(Credentials, FindsNoCookieWhereThereIsNone) {
  for (const char* value : {"", ";", ";;;", "token", "tokens=x", "my_token=x", "Token=x",
                            "a=token=x", "a=b; foo", "="}) {
    EXPECT_EQ(cookie(value), std::nullopt) << value;
  }
}

TEST(Credentials, LooksThroughAllCookieHeaders) {
  const Request request = with({{"Cookie", "a=b"}, {"cookie", "token=x"}});
  EXPECT_EQ(cookie_of(request, "token"), "x");
}

TEST(Credentials, PrefersTheHeader) {
  const std::pair<std::string, std::string> cookie{"Cookie", "zenzefi_access_token=of-cookie"};
  EXPECT_EQ(access_token_of(with({cookie, {"x-access-token", "of-header"}})).has_value(), true);
  const Request both = with({cookie, {"X-Access-Token", "of-header"}});
  EXPECT_EQ(access_token_of(both), "of-header");
  const Request empty_header = with({{"X-Access-Token", ""}, cookie});
  EXPECT_EQ(access_token_of(empty_header), "of-cookie");
  EXPECT_EQ(access_token_of(Request{}), std::nullopt);
}

TEST(Credentials, TakesTheAddressFromNginxAlone) {
  EXPECT_EQ(client_address_of(with({{"X-Real-IP", "192.0.2.7"}})), "192.0.2.7");
  EXPECT_EQ(client_address_of(with({{"X-Real-IP", "2001:db8::1"}})), "2001:db8::1");
  EXPECT_EQ(client_address_of(with({{"X-Real-IP", "192.0.2.7, 10.0.0.1"}})), "");
  EXPECT_EQ(client_address_of(with({{"X-Real-IP", "somebody"}})), "");
  EXPECT_EQ(client_address_of(with({{"X-Forwarded-For", "192.0.2.7"}})), "");
}

}  // namespace
}  // namespace zenzefi::http
