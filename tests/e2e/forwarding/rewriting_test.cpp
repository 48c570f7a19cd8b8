// Links of the target that point back through the path prefix, and text that only looks like one.
#include <gtest/gtest.h>

#include "tests/e2e/forwarding/gateway.hpp"
#include "tests/support/recording_target.hpp"

namespace zenzefi::test {
namespace {

using testing::Test;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class Rewriting : public Test {
 protected:
  std::string body(const std::string& path) { return gateway_.get(path).body; }
  // As a link is written that was absolute on the target.
  std::string absolute(const std::string& path) const { return gateway_.url(path); }

  DemoTarget target_;
  Gateway gateway_{target_.origin()};
};

TEST_F(Rewriting, LinksInHtml) {
  const std::string page = body("/");
  for (const char* link :
       {R"(<link rel="stylesheet" href="/api/v1/proxy/static/style.css">)",
        R"(href='/api/v1/proxy/static/logo.svg')", R"(url(/api/v1/proxy/static/logo.svg))",
        R"(<script src="/api/v1/proxy/static/app.js" defer>)",
        R"(id="root-relative" href="/api/v1/proxy/static/items.json")",
        R"(id="home" href="/api/v1/proxy/")", R"(href=/api/v1/proxy/static/items.json>)",
        R"(src="/api/v1/proxy/static/logo.svg" srcset="/api/v1/proxy/static/logo.svg 1x")",
        R"(action="/api/v1/proxy/echo")"}) {
    EXPECT_TRUE(contains(page, link)) << link << " is not in " << page;
  }
  EXPECT_TRUE(contains(page, "href=\"" + absolute("/static/items.json") + "\"")) << page;
  EXPECT_TRUE(contains(page, "id=\"origin\" href=\"" + absolute("") + "\"")) << page;
}

TEST_F(Rewriting, WhatNeedsNoChangeInHtmlStaysAsItIs) {
  const std::string page = body("/");
  for (const char* text :
       {R"(href="//elsewhere.example/page")", R"(href="https://elsewhere.example/page")",
        R"(id="relative" href="static/items.json")", R"(src="static/module.js")", R"(value="a/b")",
        R"(Text such as "/not/a/link" stays as it is.)"}) {
    EXPECT_TRUE(contains(page, text)) << text << " is not in " << page;
  }
  EXPECT_FALSE(contains(page, target_.origin() + "/")) << page;
}

TEST_F(Rewriting, PagesGetTheScriptForAddressesMadeAtRunTime) {
  const std::string page = body("/");
  const std::string tag =
      "<head><script src=\"/_zenzefi/rewrite.js\" "
      "data-prefix=\"/api/v1/proxy\" data-origin=\"" +
      target_.origin() + "\"></script>";
  EXPECT_TRUE(contains(page, tag)) << page;
  HttpClient anybody;
  const HttpResponse script = anybody.get(gateway_.origin() + "/_zenzefi/rewrite.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.header("Content-Type"), "application/javascript");
  EXPECT_TRUE(contains(script.body, "WebSocket"));
}

TEST_F(Rewriting, LinksInStyleSheets) {
  const std::string sheet = body("/static/style.css");
  for (const char* link :
       {R"(@import "/api/v1/proxy/static/more.css")", R"(url("/api/v1/proxy/static/logo.svg"))",
        R"(url(/api/v1/proxy/static/logo.svg))", "url(logo.svg)",
        "url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)"}) {
    EXPECT_TRUE(contains(sheet, link)) << link << " is not in " << sheet;
  }
  EXPECT_TRUE(contains(sheet, "url('" + absolute("/static/logo.svg") + "')")) << sheet;
}

TEST_F(Rewriting, LinksInScripts) {
  const std::string script = body("/static/app.js");
  EXPECT_TRUE(contains(script, "absolute = \"" + absolute("/static/items.json") + "\"")) << script;
  EXPECT_TRUE(contains(script, R"(\/api\/v1\/proxy\/static\/items.json")")) << script;
  // A slash in a string is not a link: the script at run time knows better.
  EXPECT_TRUE(contains(script, R"("a/b".split("/")[1])")) << script;
  EXPECT_TRUE(contains(script, R"(fetch("/static/items.json"))")) << script;
  EXPECT_TRUE(contains(body("/static/module.js"), R"(from "/api/v1/proxy/static/name.js")"));
}

TEST_F(Rewriting, LinksInJson) {
  const Json items = gateway_.get("/static/items.json").json();
  EXPECT_EQ(items.text("/self"), "/api/v1/proxy/static/items.json");
  EXPECT_EQ(items.text("/next"), "/api/v1/proxy/static/items.json?page=2");
  EXPECT_EQ(items.text("/root"), "/api/v1/proxy/");
  EXPECT_EQ(items.text("/absolute"), absolute("/static/items.json"));
  EXPECT_EQ(items.text("/escaped"), absolute("/static/items.json"));
  EXPECT_EQ(items.text("/items/1/href"), "/api/v1/proxy/items/2");
  EXPECT_EQ(items.text("/links/0"), "/api/v1/proxy/a");
  EXPECT_EQ(items.text("/links/1"), "/api/v1/proxy/b");
  EXPECT_EQ(items.text("/elsewhere"), "https://elsewhere.example/");
  EXPECT_EQ(items.text("/protocol_relative"), "//elsewhere.example/");
  EXPECT_EQ(items.text("/text"), "either/or");
  EXPECT_EQ(items.text("/date"), "2025/10/15");
}

TEST_F(Rewriting, BinaryAndCompressedContentStaysAsItIs) {
  EXPECT_EQ(body("/binary"),
            "\x01\x02<a href=\"/static/items.json\"> " + target_.origin() + "/x\n");
  EXPECT_EQ(body("/encoded"), "\x1f\x8b\x08<a href=\"/static/items.json\">");
}

TEST_F(Rewriting, Redirects) {
  const auto location = [this](const std::string& query, const char* field = "Location") {
    return gateway_.get("/redirect?" + query).header(field).value_or("none");
  };
  EXPECT_EQ(location("to=/static/items.json"), "/api/v1/proxy/static/items.json");
  EXPECT_EQ(location("to=/a&absolute"), absolute("/a"));
  EXPECT_EQ(location("to=/a&status=308"), "/api/v1/proxy/a");
  EXPECT_EQ(location("to=a/b"), "a/b");
  EXPECT_EQ(location("to=//elsewhere.example/"), "//elsewhere.example/");
  EXPECT_EQ(location("to=https://elsewhere.example/"), "https://elsewhere.example/");
  EXPECT_EQ(location("to=/a&via=Refresh", "Refresh"), "0; url=/api/v1/proxy/a");
  // Built from X-Forwarded-Host.
  EXPECT_EQ(location("to=" + gateway_.origin() + "/a"), absolute("/a"));
  EXPECT_EQ(location("to=" + absolute("/a")), absolute("/a"));
}

TEST_F(Rewriting, Cookies) {
  const HttpResponse response = gateway_.get("/cookies");
  EXPECT_EQ(response.header_values("Set-Cookie"),
            (std::vector<std::string>{"root=1; Path=/api/v1/proxy/",
                                      "below=2; Path=/api/v1/proxy/static; HttpOnly", "bare=3",
                                      "domain=4; Path=/api/v1/proxy/; Domain=127.0.0.1"}));
}

TEST(RewritingOfHosts, AnOriginIsNotTheBeginningOfAnother) {
  RecordingTarget target;
  Gateway gateway{target.url()};
  const std::string origin = target.url();
  target.answer_with([origin](const RecordedRequest&) {
    return TargetAnswer{.headers = {{"Content-Type", "text/html"}},
                        .body = "<a href=\"" + origin + "0/a\"><a href=\"" + origin +
                                ".example/a\"><a href='" + origin + "?a'>"};
  });
  EXPECT_EQ(gateway.get("/").body, "<a href=\"" + origin + "0/a\"><a href=\"" + origin +
                                       ".example/a\"><a href='" + gateway.url("?a") + "'>");
}

TEST(RewritingOfHosts, AHostThatIsNoneIsNotPutIntoPages) {
  const DemoTarget target;
  Gateway gateway{target.origin()};
  const HttpResponse response =
      gateway.send({.url = gateway.url("/"), .headers = {"Host: a\"><b>"}});
  EXPECT_FALSE(contains(response.body, "<b>")) << response.body;
}

}  // namespace
}  // namespace zenzefi::test
