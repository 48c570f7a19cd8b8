#include "usage/usage_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace zenzefi::gateway {
namespace {

constexpr std::size_t kAll = 1'000'000;

Timestamp at(int seconds) {
  return Timestamp{std::chrono::seconds{1'700'000'000 + seconds}};
}

Uuid uuid(std::uint32_t number) {
  Uuid id;
  for (std::size_t i = 0; i < 4; ++i) {
    id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return id;
}

UsageClient client(std::uint32_t token, std::string_view address = "192.0.2.7",
                   std::string_view agent = "curl/8") {
  return {uuid(token), uuid(token + 1), address, agent};
}

bool add(UsageTable& table, const UsageClient& client, const UsageAmounts& amounts, Timestamp first,
         Timestamp last) {
  return table.add(client, UsageTable::hash_of(client), amounts, first, last);
}

TEST(UsageTable, AddsUpWhatOneClientUses) {
  UsageTable table;
  EXPECT_TRUE(
      add(table, client(1), {.requests = 1, .bytes_in = 10, .bytes_out = 100}, at(5), at(6)));
  EXPECT_TRUE(add(table, client(1), {.bytes_in = 1, .bytes_out = 2}, at(7), at(9)));
  EXPECT_TRUE(add(table, client(1), {.requests = 1}, at(4), at(4)));
  const auto deltas = table.take(kAll);
  ASSERT_EQ(deltas.size(), 1U);
  EXPECT_EQ(deltas[0], (UsageDelta{.token_id = uuid(1),
                                   .user_id = uuid(2),
                                   .ip_address = "192.0.2.7",
                                   .user_agent = "curl/8",
                                   .requests = 2,
                                   .bytes_in = 11,
                                   .bytes_out = 102,
                                   .first_activity = at(4),
                                   .last_activity = at(9)}));
  EXPECT_TRUE(table.empty());
}

TEST(UsageTable, TellsClientsApart) {
  UsageTable table;
  for (const UsageClient& c : {client(1), client(2), client(1, "192.0.2.8"),
                               client(1, "192.0.2.7", "curl/9"), client(1, "", ""), client(1)}) {
    EXPECT_TRUE(add(table, c, {.requests = 1}, at(0), at(0)));
  }
  EXPECT_EQ(table.size(), 5U);
}

TEST(UsageTable, TwoAgentsThatAreShownAlikeAreOne) {
  UsageTable table;
  const std::string longer(kMaxUsageUserAgentLength, 'x');
  for (const std::string& agent : {std::string{"a\tb"},
                                   std::string{"a\x7f"
                                               "b"},
                                   longer + "1", longer + "2"}) {
    EXPECT_TRUE(add(table, client(1, "", agent), {.requests = 1}, at(0), at(0)));
  }
  auto deltas = table.take(kAll);
  ASSERT_EQ(deltas.size(), 2U);
  std::sort(deltas.begin(), deltas.end(),
            [](const auto& a, const auto& b) { return a.user_agent < b.user_agent; });
  EXPECT_EQ(deltas[0].user_agent, "a?b");
  EXPECT_EQ(deltas[1].user_agent, longer);
  EXPECT_EQ(deltas[0].requests + deltas[1].requests, 4U);
}

TEST(UsageTable, TakesAPartAndGoesOnWithTheRest) {
  UsageTable table;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  std::uint64_t requests = 0;
  for (const UsageDelta& delta : table.take(300)) {
    requests += delta.requests;
  }
  EXPECT_EQ(requests, 300U);
  // Those that stayed are found again, those that went begin anew.
  for (std::uint32_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  EXPECT_EQ(table.size(), 1000U);
  for (const UsageDelta& delta : table.take(kAll)) {
    requests += delta.requests;
  }
  EXPECT_EQ(requests, 2000U);
}

TEST(UsageTable, FullItTellsApartTokensAndThenNothing) {
  UsageTable table;
  constexpr auto kClients = static_cast<std::uint32_t>(UsageTable::kClients);
  for (std::uint32_t i = 0; i < kClients; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  EXPECT_TRUE(add(table, client(1, "192.0.2.9"), {.requests = 1}, at(0), at(0)));
  EXPECT_TRUE(add(table, client(1, "192.0.2.10"), {.requests = 1}, at(0), at(0)));
  EXPECT_EQ(table.size(), UsageTable::kClients + 1);
  for (std::uint32_t i = 1; i < kClients; ++i) {
    ASSERT_TRUE(add(table, client(kClients + i), {.requests = 1}, at(0), at(0)));
  }
  EXPECT_FALSE(add(table, client(3 * kClients), {.requests = 1}, at(0), at(0)));
  EXPECT_TRUE(add(table, client(5), {.requests = 1}, at(0), at(0)));
  std::uint64_t requests = 0;
  for (const UsageDelta& delta : table.take(kAll)) {
    requests += delta.requests;
  }
  EXPECT_EQ(requests, 2U * kClients + 2);
}

}  // namespace
}  // namespace zenzefi::gateway
