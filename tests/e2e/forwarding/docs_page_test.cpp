// The page at /docs: from nginx's own files, asking no other host for anything.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/build_paths.hpp"
#include "tests/support/pattern.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

class DocsPage : public testing::Test {
 protected:
  HttpResponse get(const std::string& path) { return client_.get(gateway_.origin() + path); }

  RecordingTarget target_;
  Gateway gateway_{target_.url()};
  HttpClient client_;
};

TEST_F(DocsPage, LoadsNothingFromOtherHosts) {
  for (const char* path : {"/docs", "/docs/"}) {
    const HttpResponse page = get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    const std::string policy = page.header("Content-Security-Policy").value_or("");
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos) << policy;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << policy;
    EXPECT_FALSE(matches(policy, "[a-z]//|\\*")) << policy;
    EXPECT_NE(page.body.find("href=\"/openapi.json\""), std::string::npos) << page.body;
    EXPECT_FALSE(matches(page.body, "(src|href)=\"(https?:)?//")) << page.body;
  }
  EXPECT_EQ(target_.count(), 0U);
}

TEST_F(DocsPage, HasItsFilesWhereNpmWas) {
  const bool installed = std::filesystem::exists(source_root() / "conf/docs/node_modules");
  EXPECT_EQ(get("/docs/start.js").header("Content-Type"), "application/javascript; charset=utf-8");
  for (const char* path : {"/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"}) {
    EXPECT_EQ(get(path).status, installed ? 200 : 404) << path;
  }
  EXPECT_EQ(get("/docs/package.json").status, 404);
  EXPECT_EQ(get("/docs../nginx.conf").status, 404);
}

TEST_F(DocsPage, SaysWhichMethodsItHas) {
  for (const char* path : {"/docs", "/docs/start.js", "/_zenzefi/rewrite.js"}) {
    const HttpResponse response =
        client_.send({.method = "POST", .url = gateway_.origin() + path, .body = "a"});
    EXPECT_EQ(response.status, 405) << path;
    EXPECT_EQ(response.header("Allow"), "GET, HEAD") << path;
  }
}

TEST_F(DocsPage, StandsInNobodysWayOnTheTargetsOwnHost) {
  for (const char* path : {"/docs", "/docs/start.js", "/openapi.json"}) {
    EXPECT_EQ(
        gateway_.send({.url = gateway_.origin() + path, .headers = {"Host: own.example"}}).body,
        "ok");
    EXPECT_EQ(target_.last().target, path);
  }
}

}  // namespace
}  // namespace zenzefi::test
