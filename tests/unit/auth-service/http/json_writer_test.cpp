#include "http/json/writer.hpp"

#include <gtest/gtest.h>

namespace zenzefi::http::json {
namespace {

using domain::Money;

TEST(JsonWriter, WritesMoneyWithTwoDecimals) {
  Writer writer;
  writer.object([&] {
    writer.member("whole", Money::from_cents(1800));
    writer.member("small", Money::from_cents(5));
    writer.member("owed", Money::from_cents(-50));
    writer.member("most", Money::from_cents(999'999'999'999));
  });
  EXPECT_EQ(writer.text(), R"({"whole":18.00,"small":0.05,"owed":-0.50,"most":9999999999.99})");
}

TEST(JsonWriter, WritesTimesIdsAndNothing) {
  Writer writer;
  writer.object([&] {
    writer.member("at", Timestamp{std::chrono::seconds{1'760'526'000}});
    writer.member("id", Uuid{});
    writer.member("none", std::optional<std::string>{});
    writer.member("some", std::optional<std::string>{"x"});
    writer.member("null", std::nullopt);
    writer.member("yes", true);
    writer.member("count", std::uint64_t{7});
  });
  EXPECT_EQ(writer.text(),
            R"({"at":"2025-10-15T11:00:00Z","id":"00000000-0000-0000-0000-000000000000",)"
            R"("none":null,"some":"x","null":null,"yes":true,"count":7})");
}

TEST(JsonWriter, EscapesWhatTextMayHold) {
  Writer writer;
  writer.object([&] { writer.member("text", std::string("\"\\\n\0\xc3\xa9</script>", 15)); });
  EXPECT_EQ(writer.text(), "{\"text\":\"\\\"\\\\\\n\\u0000\xc3\xa9</script>\"}");
}

TEST(JsonWriter, Nests) {
  Writer writer;
  writer.object([&] {
    writer.array("items", [&] {
      writer.value("a");
      writer.object([&] { writer.member("b", 1); });
    });
    writer.object("inner", [&] { writer.member("c", "d"); });
  });
  EXPECT_EQ(writer.text(), R"({"items":["a",{"b":1}],"inner":{"c":"d"}})");
}

}  // namespace
}  // namespace zenzefi::http::json
