#include "shared/grant.hpp"

#include <gtest/gtest.h>

namespace zenzefi {
namespace {

using namespace std::string_literals;

const std::string kUser = "11111111-2222-3333-4444-555555555555";
const std::string kToken = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

Grant example() {
  return {*Uuid::parse(kUser), *Uuid::parse(kToken), *parse_timestamp("2025-10-15T11:00:00Z"), 24};
}

std::string with_expiry(const std::string& expires_at) {
  return R"({"user_id":")" + kUser + R"(","token_id":")" + kToken + R"(","expires_at":")" +
         expires_at + R"(","duration_hours":24})";
}

TEST(GrantRecord, RoundTrip) {
  EXPECT_EQ(format_grant_record(example()), with_expiry("2025-10-15T11:00:00Z"));
  EXPECT_EQ(parse_grant_record(format_grant_record(example())), GrantRecord{example()});
  EXPECT_EQ(parse_grant_record(format_grant_record(Tombstone{})), GrantRecord{Tombstone{}});
}

TEST(GrantRecord, ATombstoneMaySaySinceWhen) {
  const Tombstone since{*parse_precise_timestamp("2025-10-15T11:00:00.125Z")};
  EXPECT_EQ(format_grant_record(since),
            R"({"revoked":true,"revoked_at":"2025-10-15T11:00:00.125Z"})");
  EXPECT_EQ(parse_grant_record(format_grant_record(since)), GrantRecord{since});
  EXPECT_EQ(parse_grant_record(R"({"revoked":true,"revoked_at":"yesterday"})"),
            GrantRecord{Tombstone{}});
  EXPECT_EQ(parse_grant_record(R"({"revoked":true,"revoked_at":5})"), GrantRecord{Tombstone{}});
}

TEST(GrantRecord, NaiveTimeMeansUtc) {
  EXPECT_EQ(parse_grant_record(with_expiry("2025-10-15T11:00:00")), GrantRecord{example()});
  EXPECT_EQ(parse_grant_record(with_expiry("2025-10-15T11:00:00.250000")), GrantRecord{example()});
  EXPECT_EQ(parse_grant_record(with_expiry("2025-10-15T12:00:00+01:00")), GrantRecord{example()});
}

TEST(GrantRecord, UnknownFieldsAreIgnoredAndDurationMayBeMissing) {
  const auto record =
      parse_grant_record(R"( { "expires_at": "2025-10-15T11:00:00Z", "x": [1, {"y": null}],
      "user_id": ")" + kUser +
                         R"(", "token_id": ")" + kToken + R"(" } )");
  ASSERT_TRUE(record);
  EXPECT_EQ(std::get<Grant>(*record).duration_hours, 0U);
}

TEST(GrantRecord, RevokedWinsOverAGrant) {
  std::string json = with_expiry("2025-10-15T11:00:00Z");
  json.insert(1, R"("revoked":true,)");
  EXPECT_EQ(parse_grant_record(json), GrantRecord{Tombstone{}});
}

TEST(GrantRecord, ExpiresAtItsSecond) {
  const Grant grant = example();
  EXPECT_FALSE(grant.expired_at(grant.expires_at - std::chrono::seconds{1}));
  EXPECT_TRUE(grant.expired_at(grant.expires_at));
}

class NoGrantRecord : public testing::TestWithParam<std::string> {};

TEST_P(NoGrantRecord, GrantsNothing) {
  EXPECT_EQ(parse_grant_record(GetParam()), std::nullopt);
}

const std::string kGood = with_expiry("2025-10-15T11:00:00Z");

INSTANTIATE_TEST_SUITE_P(
    All, NoGrantRecord,
    testing::Values(
        ""s, "null"s, "[]"s, "true"s, "{}"s, "{"s, kGood.substr(0, kGood.size() - 1), kGood + "x",
        kGood + "\0"s, kGood + "\0x"s, with_expiry("tomorrow"), with_expiry(""),
        R"({"user_id":")" + kUser + R"(","token_id":")" + kToken + R"(","expires_at":1760526000})",
        R"({"user_id":"x","token_id":")" + kToken + R"(","expires_at":"2025-10-15T11:00:00Z"})",
        R"({"user_id":null,"token_id":")" + kToken + R"(","expires_at":"2025-10-15T11:00:00Z"})",
        R"({"revoked":1})"s, R"({"revoked":"true"})"s, R"({"revoked":false})"s,
        R"({"revoked":false,"revoked":true})"s, kGood.substr(0, kGood.size() - 3) + "-1}",
        kGood.substr(0, kGood.size() - 3) + "\"24\"}", std::string(kMaxGrantRecordLength + 1, ' '),
        std::string(4000, '[')));

}  // namespace
}  // namespace zenzefi
