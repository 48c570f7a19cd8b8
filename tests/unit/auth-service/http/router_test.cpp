#include "http/router.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

Handler answering(int status) {
  return [status](const Request& /*request*/) {
    Response response;
    response.status = status;
    return response;
  };
}

Router make_router() {
  Router router;
  router.add(Method::kGet, "/tokens/prices", Pool::kGeneral, answering(1));
  router.add(Method::kPost, "/tokens/purchase", Pool::kGeneral, answering(2));
  router.add(Method::kDelete, "/tokens/{token_id}", Pool::kGeneral, answering(3));
  router.add(Method::kGet, "/check/{path...}", Pool::kCheck, answering(4));
  router.add(Method::kGet, "/check", Pool::kCheck, answering(5));
  return router;
}

// The number of the handler that answers, 404 or 405.
int ask(Method method, std::string_view path) {
  static const Router kRouter = make_router();
  const Router::Result result = kRouter.find(method, path);
  if (const auto* match = std::get_if<Router::Match>(&result)) {
    return std::get<Handler>(match->route->handler)({}).status;
  }
  return std::holds_alternative<Router::NotFound>(result) ? 404 : 405;
}

TEST(Router, FindsTheHandlerOfAMethodAndAPath) {
  EXPECT_EQ(ask(Method::kGet, "/tokens/prices"), 1);
  EXPECT_EQ(ask(Method::kPost, "/tokens/purchase"), 2);
  EXPECT_EQ(ask(Method::kDelete, "/tokens/abc"), 3);
}

TEST(Router, FindsGetForHead) {
  EXPECT_EQ(ask(Method::kHead, "/tokens/prices"), 1);
}

TEST(Router, HandsOverThePathParameters) {
  const Router router = make_router();
  const Router::Result result = router.find(Method::kDelete, "/tokens/a%20b");
  const auto* match = std::get_if<Router::Match>(&result);
  ASSERT_NE(match, nullptr);
  EXPECT_EQ(match->parameters.at("token_id"), "a%20b");
}

TEST(Router, MatchesPathsExactly) {
  for (const char* path : {"", "/", "/tokens", "/tokens/", "/tokens/prices/", "//tokens/prices",
                           "/tokens//prices", "/tokens/prices/x", "/Tokens/prices", "tokens/prices",
                           "/tokens%2Fprices", "/tokens/x/prices"}) {
    EXPECT_EQ(ask(Method::kGet, path), 404) << path;
  }
}

TEST(Router, MatchesTheRestOfAPath) {
  EXPECT_EQ(ask(Method::kGet, "/check"), 5);
  EXPECT_EQ(ask(Method::kGet, "/check/"), 4);
  EXPECT_EQ(ask(Method::kGet, "/check/a/b//c"), 4);
  EXPECT_EQ(ask(Method::kGet, "/checks"), 404);
}

TEST(Router, NamesTheMethodsAPathAllows) {
  const Router router = make_router();
  const Router::Result result = router.find(Method::kPost, "/tokens/prices");
  const auto* wrong = std::get_if<Router::MethodNotAllowed>(&result);
  ASSERT_NE(wrong, nullptr);
  // `prices` could be a token's id as well.
  EXPECT_EQ(wrong->allow, "DELETE, GET, HEAD");
  EXPECT_EQ(ask(Method::kOther, "/tokens/prices"), 405);
}

TEST(Router, SurvivesAPathOfSlashes) {
  EXPECT_EQ(ask(Method::kGet, std::string(1'000'000, '/')), 404);
}

}  // namespace
}  // namespace zenzefi::http
