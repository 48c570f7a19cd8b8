#include "shared/usage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace zenzefi {
namespace {

UsageDelta sample() {
  UsageDelta delta;
  delta.token_id = *Uuid::parse("6f1c1f6e-0c0a-4b3f-9a55-1d5f0f6b2a01");
  delta.user_id = *Uuid::parse("0b9a7f0e-3c1d-4a7e-8f43-2f6f3f1d9c02");
  delta.ip_address = "192.0.2.7";
  delta.user_agent = R"(Mozilla/5.0 "quoted" \ back)";
  delta.requests = 3;
  delta.bytes_in = 512;
  delta.bytes_out = 70'000;
  delta.first_activity = *parse_timestamp("2025-10-15T11:00:00Z");
  delta.last_activity = *parse_timestamp("2025-10-15T11:00:01Z");
  return delta;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Usage, WritesTheDocumentedForm) {
  UsageDelta delta = sample();
  delta.user_agent = "curl/8";
  EXPECT_EQ(format_usage_deltas(std::vector{delta}),
            R"([{"token_id":"6f1c1f6e-0c0a-4b3f-9a55-1d5f0f6b2a01",)"
            R"("user_id":"0b9a7f0e-3c1d-4a7e-8f43-2f6f3f1d9c02",)"
            R"("ip_address":"192.0.2.7","user_agent":"curl/8",)"
            R"("requests":3,"bytes_in":512,"bytes_out":70000,)"
            R"("first_activity":"2025-10-15T11:00:00Z",)"
            R"("last_activity":"2025-10-15T11:00:01Z"}])");
}

TEST(Usage, ReadsWhatItWrites) {
  UsageDelta other = sample();
  other.ip_address = "2001:db8::1";
  other.user_agent.clear();
  other.requests = 0;
  const std::vector deltas{sample(), other};
  EXPECT_EQ(parse_usage_deltas(format_usage_deltas(deltas)), deltas);
  EXPECT_EQ(parse_usage_deltas("[]"), std::vector<UsageDelta>{});
}

TEST(Usage, AUserAgentIsPrintableAsciiOfBoundedLength) {
  EXPECT_EQ(usage_user_agent("a\r\n\t\x7f\xc3\xa9z"), "a??????z");
  EXPECT_EQ(usage_user_agent(std::string(1, '\0')), "?");
  EXPECT_EQ(usage_user_agent(std::string(1000, 'x')), std::string(kMaxUsageUserAgentLength, 'x'));

  UsageDelta delta = sample();
  delta.user_agent = "caf\xe9";
  const auto read = parse_usage_deltas(format_usage_deltas(std::vector{delta}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at(0).user_agent, "caf?");
}

TEST(Usage, CountsAreBounded) {
  UsageDelta delta = sample();
  delta.bytes_out = ~std::uint64_t{0};
  const std::string json = format_usage_deltas(std::vector{delta});
  const auto read = parse_usage_deltas(json);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->at(0).bytes_out, kMaxUsageCount);
  EXPECT_FALSE(parse_usage_deltas(
      replaced(json, std::to_string(kMaxUsageCount), std::to_string(kMaxUsageCount + 1))));
}

TEST(Usage, AnAddressThatIsNoneBecomesEmpty) {
  for (const char* address : {"unix:", "192.0.2.256", "192.0.2.7/24", "::1%eth0", ""}) {
    UsageDelta delta = sample();
    delta.ip_address = address;
    const auto read = parse_usage_deltas(format_usage_deltas(std::vector{delta}));
    ASSERT_TRUE(read) << address;
    EXPECT_EQ(read->at(0).ip_address, "") << address;
  }
}

TEST(Usage, IgnoresUnknownFields) {
  const std::string json = format_usage_deltas(std::vector{sample()});
  EXPECT_EQ(parse_usage_deltas(replaced(json, "[{", R"([{"node":{"name":["a"]},)")),
            std::vector{sample()});
}

TEST(Usage, RefusesWhatIsNoBatch) {
  const std::string json = format_usage_deltas(std::vector{sample()});
  for (const auto& text :
       {std::string{}, std::string{"{}"}, std::string{"[1]"}, json + "x",
        json + std::string(1, '\0'), json.substr(0, json.size() - 1),
        replaced(json, "\"requests\":3", "\"requests\":-3"),
        replaced(json, "\"requests\":3", "\"requests\":3.5"),
        replaced(json, "\"requests\":3", "\"requests\":\"3\""),
        replaced(json, "\"bytes_in\":512,", ""), replaced(json, "6f1c1f6e", "6f1c1f6"),
        replaced(json, "11:00:01Z", "10:59:59Z"), replaced(json, "Mozilla", "\xff"),
        std::string(kMaxUsageDeltasLength + 1, ' ')}) {
    EXPECT_FALSE(parse_usage_deltas(text)) << text.substr(0, 400);
  }
  EXPECT_TRUE(parse_usage_deltas(format_usage_deltas(std::vector(kMaxUsageDeltas, sample()))));
  EXPECT_FALSE(parse_usage_deltas(format_usage_deltas(std::vector(kMaxUsageDeltas + 1, sample()))));
}

TEST(Usage, TheLargestBatchFits) {
  UsageDelta delta = sample();
  delta.user_agent = std::string(kMaxUsageUserAgentLength, '"');
  delta.ip_address = "1111:2222:3333:4444:5555:6666:255.255.255.255";
  delta.requests = delta.bytes_in = delta.bytes_out = kMaxUsageCount;
  const std::vector deltas(kMaxUsageDeltas, delta);
  EXPECT_EQ(parse_usage_deltas(format_usage_deltas(deltas)), deltas);
}

}  // namespace
}  // namespace zenzefi
