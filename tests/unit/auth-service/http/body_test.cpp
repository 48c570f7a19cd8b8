#include "http/input/body.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http {
namespace {

domain::Problem any(std::string_view /*text*/) {
  return {};
}
domain::Problem never(std::string_view /*text*/) {
  return "must not be";
}

Request json_request(std::string body, std::string type = "application/json") {
  Request request;
  request.body = std::move(body);
  request.headers.emplace_back("content-type", std::move(type));
  return request;
}

std::string type_of_only_error(const Body& body) {
  const std::string text = body.refusal().body;
  const std::size_t begin = text.find("\"type\":\"") + 8;
  return text.substr(begin, text.find('"', begin) - begin);
}

TEST(Body, ReadsFields) {
  Body body{
      json_request(R"({"t":"x","n":null,"f":true,"m":18.5,"i":24,"unknown":[1,2,{"deep":true}]})")};
  EXPECT_EQ(body.text("t", any), "x");
  EXPECT_EQ(body.optional_text("t", any), "x");
  EXPECT_EQ(body.optional_text("n", any), std::nullopt);
  EXPECT_EQ(body.optional_text("missing", never), std::nullopt);
  EXPECT_EQ(body.nullable_text("missing", any), std::nullopt);
  const auto null = body.nullable_text("n", any);
  EXPECT_TRUE(null.has_value() && !null->has_value());
  EXPECT_TRUE(body.flag("f", false));
  EXPECT_TRUE(body.flag("missing", true));
  EXPECT_EQ(body.money("m", domain::deposit_problem), domain::Money::from_cents(1850));
  EXPECT_EQ(body.integer("i"), 24U);
  EXPECT_TRUE(body.ok());
}

TEST(Body, CollectsAllThatIsWrong) {
  Body body{json_request(R"({"a":1,"b":"x"})")};
  EXPECT_EQ(body.text("a", any), "");
  EXPECT_EQ(body.text("b", never), "");
  EXPECT_EQ(body.text("c", any), "");
  EXPECT_FALSE(body.ok());
  EXPECT_EQ(
      body.refusal().body,
      R"({"detail":[{"loc":["body","a"],"msg":"Input should be a valid string","type":"string_type"},)"
      R"({"loc":["body","b"],"msg":"must not be","type":"value_error"},)"
      R"({"loc":["body","c"],"msg":"Field required","type":"missing"}]})");
}

TEST(Body, TellsWrongTypes) {
  const auto type = [](const std::string& json, auto&& read) {
    Body body{json_request(json)};
    read(body);
    EXPECT_FALSE(body.ok()) << json;
    EXPECT_EQ(body.refusal().status, 422);
    return type_of_only_error(body);
  };
  const auto money = [](Body& body) { (void)body.money("x", domain::deposit_problem); };
  EXPECT_EQ(type(R"({"x":"18.00"})", money), "decimal_type");
  EXPECT_EQ(type(R"({"x":null})", money), "decimal_type");
  EXPECT_EQ(type(R"({"x":1.001})", money), "decimal_parsing");
  EXPECT_EQ(type(R"({"x":1e99})", money), "decimal_parsing");
  EXPECT_EQ(type(R"({"x":0})", money), "value_error");
  EXPECT_EQ(type(R"({"x":-5})", money), "value_error");
  EXPECT_EQ(type(R"({"x":100000.01})", money), "value_error");
  EXPECT_EQ(type(R"({})", money), "missing");

  const auto integer = [](Body& body) { (void)body.integer("x"); };
  EXPECT_EQ(type(R"({"x":"24"})", integer), "int_type");
  EXPECT_EQ(type(R"({"x":24.5})", integer), "int_type");
  EXPECT_EQ(type(R"({"x":true})", integer), "int_type");
  EXPECT_EQ(type(R"({"x":[]})", integer), "int_type");

  const auto flag = [](Body& body) { (void)body.flag("x", false); };
  EXPECT_EQ(type(R"({"x":"true"})", flag), "bool_type");
  EXPECT_EQ(type(R"({"x":1})", flag), "bool_type");
}

TEST(Body, ReadsIntegersOutOfRangeAsZero) {
  for (const char* json : {R"({"x":-1})", R"({"x":4294967296})", R"({"x":99999999999999999999})"}) {
    Body body{json_request(json)};
    EXPECT_EQ(body.integer("x"), 0U) << json;
    EXPECT_TRUE(body.ok()) << json;
  }
}

TEST(Body, RefusesWhatItCannotRead) {
  const auto refusal = [](const Request& request) {
    Body body{request};
    EXPECT_EQ(body.flag("x", true), true);
    EXPECT_FALSE(body.ok());
    return body.refusal();
  };
  EXPECT_EQ(refusal(json_request("")).body,
            R"({"detail":[{"loc":["body"],"msg":"Field required","type":"missing"}]})");
  EXPECT_EQ(refusal(json_request("{")).body,
            R"({"detail":[{"loc":["body"],"msg":"JSON decode error","type":"json_invalid"}]})");
  EXPECT_EQ(refusal(json_request("[]")).status, 422);
  EXPECT_EQ(
      refusal(json_request(R"({"x":1,"x":2})")).body,
      R"({"detail":[{"loc":["body","x"],"msg":"Field given more than once","type":"duplicate"}]})");
}

TEST(Body, KnowsJsonByItsMediaType) {
  const auto status = [](const std::string& type) {
    const Body body{json_request("{}", type)};
    return body.ok() ? 200 : body.refusal().status;
  };
  EXPECT_EQ(status("application/json"), 200);
  EXPECT_EQ(status("Application/JSON; charset=utf-8"), 200);
  EXPECT_EQ(status("application/json ;charset=utf-8"), 200);
  EXPECT_EQ(status("application/jsonp"), 415);
  EXPECT_EQ(status("application/x-www-form-urlencoded"), 415);
  EXPECT_EQ(status("text/plain"), 415);
  EXPECT_EQ(status(""), 415);
}

}  // namespace
}  // namespace zenzefi::http
