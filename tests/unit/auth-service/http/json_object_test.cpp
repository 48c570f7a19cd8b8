#include "http/json/object.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http::json {
namespace {

std::optional<Problem> problem_of(std::string_view text) {
  return parse_object(text).problem;
}

std::string nested(std::size_t depth) {
  return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST(JsonObject, ReadsEveryKindOfField) {
  const Parsed parsed = parse_object(
      R"( {"s":"a\u00e9\n","n":-12.50e1,"t":true,"f":false,"z":null,"l":[1,{"s":2}],"o":{"n":1}} )");
  ASSERT_FALSE(parsed.problem);
  const Object& object = parsed.object;
  EXPECT_EQ(object.fields.size(), 7U);
  EXPECT_EQ(object.find("s")->kind, Kind::kString);
  EXPECT_EQ(object.find("s")->text, "a\xc3\xa9\n");
  EXPECT_EQ(object.find("n")->kind, Kind::kNumber);
  EXPECT_EQ(object.find("n")->text, "-12.50e1");
  EXPECT_EQ(object.find("t")->text, "true");
  EXPECT_EQ(object.find("f")->text, "false");
  EXPECT_EQ(object.find("z")->kind, Kind::kNull);
  EXPECT_EQ(object.find("l")->kind, Kind::kArray);
  EXPECT_EQ(object.find("o")->kind, Kind::kObject);
  EXPECT_EQ(object.find("missing"), nullptr);
}

TEST(JsonObject, KeepsNumbersAsTheyWereWritten) {
  const Parsed parsed = parse_object(R"({"a":0.1000000000000000055511151231257827,"b":1e300})");
  ASSERT_FALSE(parsed.problem);
  EXPECT_EQ(parsed.object.find("a")->text, "0.1000000000000000055511151231257827");
  EXPECT_EQ(parsed.object.find("b")->text, "1e300");
}

TEST(JsonObject, KeepsANulForTheRulesToRefuse) {
  const Parsed parsed = parse_object(R"({"a":"x\u0000y"})");
  ASSERT_FALSE(parsed.problem);
  EXPECT_EQ(parsed.object.find("a")->text, std::string_view("x\0y", 3));
}

TEST(JsonObject, RefusesWhatIsNoJson) {
  for (const std::string_view text : {
           std::string_view{""},
           std::string_view{"{"},
           std::string_view{"}"},
           std::string_view{R"({"a":1,})"},
           std::string_view{R"({"a" 1})"},
           std::string_view{R"({'a':1})"},
           std::string_view{R"({a:1})"},
           std::string_view{R"({"a":01})"},
           std::string_view{R"({"a":+1})"},
           std::string_view{R"({"a":.5})"},
           std::string_view{R"({"a":1.})"},
           std::string_view{R"({"a":NaN})"},
           std::string_view{R"({"a":Infinity})"},
           std::string_view{R"({"a":tru})"},
           std::string_view{"{\"a\":\"line\nbreak\"}"},
           std::string_view{R"({"a":"\x"})"},
           std::string_view{R"({"a":1} x)"},
           std::string_view{R"({"a":1}{"a":1})"},
           std::string_view{R"({"a":1 /* comment */})"},
           std::string_view{"{\"a\":1}\0", 8},
           std::string_view{"\0{}", 3},
           std::string_view{"{\"a\":1}\0{\"a\":2}", 15},
       }) {
    EXPECT_EQ(problem_of(text), Problem::kMalformed) << text;
  }
}

TEST(JsonObject, RefusesWhatIsNoUtf8) {
  for (const char* text :
       {"{\"a\":\"\xff\"}", "{\"a\":\"\xc3\"}", "{\"a\":\"\xc0\x80\"}", "{\"a\":\"\xed\xa0\x80\"}",
        "{\"\xff\":1}", R"({"a":"\ud800"})", R"({"a":"\udc00"})", R"({"a":"\ud800\u0041"})"}) {
    EXPECT_EQ(problem_of(text), Problem::kMalformed) << text;
  }
  EXPECT_FALSE(problem_of(R"({"a":"\ud83d\ude00"})"));
}

TEST(JsonObject, RefusesWhatIsNoObject) {
  for (const char* text : {"[]", "[{}]", "1", "\"a\"", "null", "true"}) {
    EXPECT_EQ(problem_of(text), Problem::kNotObject) << text;
  }
}

TEST(JsonObject, RefusesDuplicateNamesHoweverTheyAreSpelled) {
  const Parsed parsed = parse_object(R"({"amount":1,"\u0061mount":100})");
  EXPECT_EQ(parsed.problem, Problem::kDuplicate);
  EXPECT_EQ(parsed.duplicate, "amount");
}

TEST(JsonObject, DoesNotMindDuplicatesInWhatItSkips) {
  EXPECT_FALSE(problem_of(R"({"a":{"x":1,"x":2},"x":3})"));
}

TEST(JsonObject, BoundsDepthAndFields) {
  EXPECT_FALSE(problem_of(nested(kMaxDepth - 1)));
  EXPECT_EQ(problem_of(nested(kMaxDepth)), Problem::kMalformed);
  EXPECT_EQ(problem_of(nested(1'000'000)), Problem::kMalformed);

  std::string many = "{";
  for (std::size_t i = 0; i < kMaxFields; ++i) {
    many += "\"f" + std::to_string(i) + "\":1,";
  }
  many.back() = '}';
  EXPECT_FALSE(problem_of(many));
  many.back() = ',';
  EXPECT_EQ(problem_of(many + R"("one more":1})"), Problem::kMalformed);
}

}  // namespace
}  // namespace zenzefi::http::json
