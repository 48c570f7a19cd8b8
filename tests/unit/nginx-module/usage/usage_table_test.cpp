#include "usage/usage_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

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

std::uint32_t number_of(const Uuid& id) {
  return std::accumulate(
      id.bytes.begin() + 12, id.bytes.end(), std::uint32_t{0},
      [](std::uint32_t number, std::uint8_t byte) { return number << 8 | byte; });
}

UsageClient client(std::uint32_t token, std::string_view address = "192.0.2.7",
                   std::string_view agent = "curl/8") {
  return {uuid(token), uuid(token + 1), address, agent};
}

struct Deltas {
  void add(const UsageDelta& delta) { all.push_back(delta); }
  std::vector<UsageDelta> all;
};

std::vector<UsageDelta> take(UsageTable& table, std::size_t most = kAll) {
  Deltas deltas;
  table.take(most, deltas);
  return deltas.all;
}

bool add(UsageTable& table, const UsageClient& client, const UsageAmounts& amounts, Timestamp first,
         Timestamp last) {
  return table.add(client, table.find_place(UsageTable::hash_of(client)), amounts, first, last);
}

TEST(UsageTable, AddsUpWhatOneClientUses) {
  UsageTable table;
  EXPECT_TRUE(
      add(table, client(1), {.requests = 1, .bytes_in = 10, .bytes_out = 100}, at(5), at(6)));
  EXPECT_TRUE(add(table, client(1), {.bytes_in = 1, .bytes_out = 2}, at(7), at(9)));
  EXPECT_TRUE(add(table, client(1), {.requests = 1}, at(4), at(4)));
  const auto deltas = take(table);
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
  auto deltas = take(table);
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
  for (const UsageDelta& delta : take(table, 300)) {
    requests += delta.requests;
  }
  EXPECT_EQ(requests, 300U);
  // Those whose use stayed are found again, the others begin anew.
  for (std::uint32_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  EXPECT_EQ(table.size(), 1000U);
  for (const UsageDelta& delta : take(table)) {
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
  for (const UsageDelta& delta : take(table)) {
    requests += delta.requests;
  }
  EXPECT_EQ(requests, 2U * kClients + 2);
}

TEST(UsageTable, FullItForgetsWhoIsIdleFirst) {
  UsageTable table;
  constexpr auto kClients = static_cast<std::uint32_t>(UsageTable::kClients);
  for (std::uint32_t i = 0; i < kClients; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  take(table);
  EXPECT_EQ(table.size(), kClients);
  for (std::uint32_t i = 0; i < kClients; ++i) {
    ASSERT_TRUE(add(table, client(i, "192.0.2.8"), {.requests = 1}, at(1), at(1)));
  }
  EXPECT_EQ(table.size(), kClients);
  for (const UsageDelta& delta : take(table)) {
    ASSERT_EQ(delta.ip_address, "192.0.2.8");
  }
}

TEST(UsageTable, ForgetsWhoStaysAway) {
  UsageTable table;
  for (std::uint32_t i = 0; i < 100; ++i) {
    ASSERT_TRUE(add(table, client(i), {.requests = 1}, at(0), at(0)));
  }
  EXPECT_EQ(take(table).size(), 100U);
  for (std::uint32_t round = 0; round <= UsageTable::kForgottenAfter + 1; ++round) {
    ASSERT_TRUE(add(table, client(50), {.requests = 1}, at(1), at(1)));
    ASSERT_TRUE(add(table, client(51), {.requests = 1}, at(1), at(1)));
    ASSERT_EQ(take(table).size(), 2U);
  }
  EXPECT_EQ(table.size(), 2U);
}

TEST(UsageTable, NeverLosesNorDoublesAnything) {
  UsageTable table;
  std::mt19937 random{7};
  std::map<std::uint32_t, std::uint64_t> expected;
  std::map<std::uint32_t, std::uint64_t> taken;
  // Places from any time before, as requests that last have them.
  std::map<std::uint32_t, UsagePlace> places;
  for (int step = 0; step < 200'000; ++step) {
    // Sometimes many, sometimes few.
    const auto number =
        static_cast<std::uint32_t>(random() % ((step / 20'000) % 2 == 0 ? 3000 : 30));
    const UsageClient who = client(number);
    if (places.count(number) == 0 || random() % 4 == 0) {
      places[number] = table.find_place(UsageTable::hash_of(who));
    }
    ASSERT_TRUE(table.add(who, places[number], {.requests = 1}, at(0), at(0)));
    ++expected[number];
    if (random() % 100 == 0) {
      for (const UsageDelta& delta : take(table, random() % 64)) {
        taken[number_of(delta.token_id)] += delta.requests;
      }
    }
  }
  for (const UsageDelta& delta : take(table)) {
    taken[number_of(delta.token_id)] += delta.requests;
  }
  EXPECT_EQ(taken, expected);
  EXPECT_TRUE(table.empty());
}

}  // namespace
}  // namespace zenzefi::gateway
