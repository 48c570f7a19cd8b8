// The token check for nginx: shared/check.hpp.
#include "shared/check.hpp"

#include "api_test.hpp"
#include "shared/token.hpp"

namespace zenzefi::test {
namespace {

using Response = http::Response;

class CheckApi : public ApiTest {
 protected:
  void SetUp() override { token = bought_token(with_credits("ann", "100")); }

  Response by_hash(const std::string& hash) {
    return call_internal("GET", check::kGrantPath, {{std::string{check::kTokenHashHeader}, hash}});
  }
  static void expect_granted(const Response& response) {
    EXPECT_EQ(response.status, 204);
    EXPECT_TRUE(response.body.empty());
    EXPECT_TRUE(Uuid::parse(header_of(response, check::kUserIdHeader)).has_value());
    EXPECT_TRUE(Uuid::parse(header_of(response, check::kTokenIdHeader)).has_value());
    EXPECT_EQ(header_of(response, check::kExpiresAtHeader), "2025-10-16T00:00:00Z");
    EXPECT_EQ(header_of(response, check::kDurationHeader), "24");
  }
  static void expect_refused(const Response& response, std::string_view reason) {
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(header_of(response, check::kReasonHeader), reason);
    EXPECT_EQ(header_of(response, "WWW-Authenticate"), "Bearer");
    EXPECT_TRUE(response.body.empty());
  }

  static const http::Route& route_of(const http::Router& router, http::Method method,
                                     std::string_view path) {
    return *std::get<http::Router::Match>(router.find(method, path)).route;
  }

  std::string token;
};

TEST_F(CheckApi, GrantsByHeaderOrCookie) {
  expect_granted(call_internal("GET", check::kCheckPath, {{"X-Access-Token", token}}));
  expect_granted(
      call_internal("GET", check::kCheckPath, {{"Cookie", "zenzefi_access_token=" + token}}));
}

TEST_F(CheckApi, GrantsByHashOfEitherCase) {
  std::string hash = hash_token(token)->hex();
  expect_granted(by_hash(hash));
  for (char& c : hash) {
    c = static_cast<char>(std::toupper(c));
  }
  expect_granted(by_hash(hash));
}

TEST_F(CheckApi, AnswersWithTheMethodAndPathOfTheRequestItIsAskedAbout) {
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    expect_granted(
        call_internal(method, "/internal/check/any/path?x=y", {{"X-Access-Token", token}}));
  }
}

TEST_F(CheckApi, TheFirstGrantStartsTheClock) {
  call_internal("GET", check::kCheckPath, {{"X-Access-Token", token}});
  clock.time += std::chrono::hours{23};
  expect_granted(by_hash(hash_token(token)->hex()));
  clock.time += std::chrono::hours{1};
  expect_refused(by_hash(hash_token(token)->hex()), check::kReasonExpired);
}

TEST_F(CheckApi, OfSeveralAtOnceEachGetsItsOwnAnswer) {
  const auto asking_for = [](const std::string& hash) {
    http::Request request;
    request.headers = {{std::string{check::kTokenHashHeader}, hash}};
    return request;
  };
  const std::string hash = hash_token(token)->hex();
  expect_granted(by_hash(hash));
  const http::Request unknown = asking_for(std::string(64, '0'));
  const http::Request wrong = asking_for("not hexadecimal");
  const http::Request good = asking_for(hash);
  const http::Router router = http::internal_api(use_cases);
  const auto answers = answer_together(
      route_of(router, http::Method::kGet, check::kGrantPath).handler, {&unknown, &wrong, &good});
  ASSERT_EQ(answers.size(), 3U);
  expect_refused(answers.at(0), check::kReasonUnknown);
  EXPECT_EQ(answers.at(1).status, 400);
  expect_granted(answers.at(2));
}

TEST_F(CheckApi, NginxsQuestionsHaveAPoolOfTheirOwn) {
  const http::Router internal = http::internal_api(use_cases);
  EXPECT_EQ(route_of(internal, http::Method::kGet, check::kGrantPath).pool, http::Pool::kCheck);
  EXPECT_EQ(route_of(internal, http::Method::kPost, check::kCheckPath).pool, http::Pool::kCheck);
  const http::Router open = http::public_api(use_cases, settings, clock);
  for (const char* path : {"/api/v1/tokens/validate", "/api/v1/proxy/authenticate"}) {
    EXPECT_EQ(route_of(open, http::Method::kPost, path).pool, http::Pool::kGeneral);
  }
}

TEST_F(CheckApi, SaysWhyItRefuses) {
  expect_refused(call_internal("GET", check::kCheckPath), check::kReasonUnknown);
  expect_refused(call_internal("GET", check::kCheckPath, {{"X-Access-Token", "not base64!"}}),
                 check::kReasonUnknown);
  expect_refused(by_hash(std::string(64, '0')), check::kReasonUnknown);
  const Headers ann = as("ann");
  const Json mine{call("GET", "/api/v1/tokens/my-tokens", {}, ann).body};
  call("DELETE", "/api/v1/tokens/" + mine.text("/items/0/token_id"), {}, ann);
  expect_refused(by_hash(hash_token(token)->hex()), check::kReasonRevoked);
}

TEST_F(CheckApi, NeverTakesATokenWhereAHashBelongs) {
  for (const std::string& hash :
       {std::string{}, token, std::string(63, '0'), std::string(64, 'g'), std::string(66, '0')}) {
    EXPECT_EQ(by_hash(hash).status, 400) << hash;
  }
  EXPECT_EQ(call_internal("GET", check::kGrantPath, {{"X-Access-Token", token}}).status, 400);
}

TEST_F(CheckApi, CannotTellWithoutTheDatabase) {
  database.is_down = true;
  const Response response = by_hash(hash_token(token)->hex());
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header_of(response, "Retry-After"), "1");
  EXPECT_TRUE(response.body.empty());
}

TEST_F(CheckApi, DoesNotNeedTheCache) {
  cache.is_down = true;
  expect_granted(by_hash(hash_token(token)->hex()));
}

}  // namespace
}  // namespace zenzefi::test
