#include "http/wire/response_format.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace zenzefi::http {
namespace {

Response with_body(std::string body) {
  Response response;
  response.body = std::move(body);
  return response;
}

TEST(ResponseFormat, WritesStatusHeadersAndBody) {
  Response response = with_body("{}");
  response.status = 201;
  response.headers.emplace_back("X-Request-Id", "r1");
  EXPECT_EQ(format_response(response, {}),
            "HTTP/1.1 201 Created\r\nX-Request-Id: r1\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nConnection: keep-alive\r\n\r\n{}");
}

TEST(ResponseFormat, LeavesTheBodyOutForHead) {
  const std::string text = format_response(with_body("{}"), {.head_only = true});
  EXPECT_NE(text.find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseFormat, SaysNothingOfALengthWithout) {
  Response response;
  response.status = 204;
  EXPECT_EQ(format_response(response, {.close = true}),
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

TEST(ResponseFormat, LeavesAnotherContentTypeAlone) {
  Response response = with_body("x 1\n");
  response.headers.emplace_back("content-type", "text/plain");
  EXPECT_EQ(format_response(response, {}).find("application/json"), std::string::npos);
}

TEST(ResponseFormat, RefusesAHeaderThatCouldBeTwo) {
  for (const char* value : {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\x7f"}) {
    Response response;
    response.headers.emplace_back("X", value);
    EXPECT_THROW((void)format_response(response, {}), std::invalid_argument);
  }
  Response response;
  response.headers.emplace_back("X\r\nY", "z");
  EXPECT_THROW((void)format_response(response, {}), std::invalid_argument);
}

TEST(ResponseFormat, RefusesABodyThatDoesNotFitTheSendBuffer) {
  EXPECT_NO_THROW((void)format_response(with_body(std::string(kMaxResponseBody, 'x')), {}));
  EXPECT_THROW((void)format_response(with_body(std::string(kMaxResponseBody + 1, 'x')), {}),
               std::length_error);
}

}  // namespace
}  // namespace zenzefi::http
