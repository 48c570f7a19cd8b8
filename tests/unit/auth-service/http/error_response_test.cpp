#include "http/error_response.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

using domain::ErrorCode;

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) {
      return value;
    }
  }
  return {};
}

TEST(ErrorResponse, GivesEachCodeItsStatus) {
  EXPECT_EQ(status_of(ErrorCode::kRuleViolated), 400);
  EXPECT_EQ(status_of(ErrorCode::kUnauthenticated), 401);
  EXPECT_EQ(status_of(ErrorCode::kInsufficientBalance), 402);
  EXPECT_EQ(status_of(ErrorCode::kForbidden), 403);
  EXPECT_EQ(status_of(ErrorCode::kNotFound), 404);
  EXPECT_EQ(status_of(ErrorCode::kConflict), 409);
  EXPECT_EQ(status_of(ErrorCode::kTooManyRequests), 429);
  EXPECT_EQ(status_of(ErrorCode::kUnavailable), 503);
  EXPECT_EQ(status_of(ErrorCode::kInternal), 500);
}

TEST(ErrorResponse, HasTheShapeOfTheContract) {
  const Response response =
      error_response(domain::Error{ErrorCode::kNotFound, "No \"such\" thing"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"detail":"No \"such\" thing"})");
}

TEST(ErrorResponse, NamesTheSchemeAndTheTimeToWait) {
  EXPECT_EQ(header(error_response(401, "x"), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(header(error_response(503, "x"), "Retry-After"), kRetryAfterSeconds);
  EXPECT_TRUE(error_response(400, "x").headers.empty());
  const Response refused =
      error_response(domain::Error{ErrorCode::kTooManyRequests, {}, std::chrono::seconds{7}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header(refused, "Retry-After"), "7");
}

TEST(ErrorResponse, KeepsInternalDetailForTheLog) {
  const Response response = error_response(domain::Error{ErrorCode::kInternal, "password=hunter2"});
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"detail":"Internal server error"})");
  EXPECT_EQ(response.log_note, "password=hunter2");
}

TEST(ErrorResponse, ListsAllBadFields) {
  const Response response = validation_error(
      {{{"body", "a"}, "Field required", "missing"}, {{"query", "b"}, "is wrong", "value_error"}});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body,
            R"({"detail":[{"loc":["body","a"],"msg":"Field required","type":"missing"},)"
            R"({"loc":["query","b"],"msg":"is wrong","type":"value_error"}]})");
}

}  // namespace
}  // namespace zenzefi::http
