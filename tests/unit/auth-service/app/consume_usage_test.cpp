#include "app/usage/consume_usage.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "app/proxy/list_proxy_sessions.hpp"
#include "app/proxy/proxy_status.hpp"
#include "app/usage/finish_sessions.hpp"
#include "fixture.hpp"

namespace zenzefi::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Hands everything out again until it is acknowledged.
class FakeUsageQueue final : public app::UsageQueue {
 public:
  domain::Result<std::vector<app::UsageEntry>> take(milliseconds /*wait*/) override {
    if (is_down) {
      return domain::fail(domain::ErrorCode::kUnavailable, "redis is down");
    }
    return std::vector(entries.begin(), entries.end());
  }
  domain::Result<void> acknowledge(std::span<const app::UsageEntry> done) override {
    if (forgets_acknowledgements) {
      return domain::fail(domain::ErrorCode::kUnavailable, "redis is down");
    }
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(done.size()));
    return {};
  }
  domain::Result<std::optional<Timestamp>> oldest() override {
    if (is_down) {
      return domain::fail(domain::ErrorCode::kUnavailable, "redis is down");
    }
    return entries.empty() ? std::nullopt : std::optional{oldest_entry};
  }
  domain::Result<void> show(std::span<const domain::ProxySession> sessions) override {
    shown.insert(shown.end(), sessions.begin(), sessions.end());
    return {};
  }

  std::deque<app::UsageEntry> entries;
  std::vector<domain::ProxySession> shown;
  Timestamp oldest_entry;
  bool is_down = false;
  bool forgets_acknowledgements = false;
};

class ConsumeUsageTest : public ServiceTest {
 protected:
  [[nodiscard]] UsageDelta delta(std::uint64_t bytes = 100) const {
    UsageDelta delta;
    delta.token_id = token_.id;
    delta.user_id = user_;
    delta.ip_address = "192.0.2.7";
    delta.user_agent = "curl/8";
    delta.requests = 1;
    delta.bytes_in = 10;
    delta.bytes_out = bytes;
    delta.first_activity = delta.last_activity = clock.time;
    return delta;
  }
  void send(std::vector<UsageDelta> deltas) { send(writer_, ++sequence_, std::move(deltas)); }
  void send(const Uuid& writer, std::uint64_t sequence, std::vector<UsageDelta> deltas) {
    queue_.entries.push_back({"1-1", app::UsageBatch{writer, sequence, std::move(deltas)}});
  }
  auto consume() { return app::ConsumeUsage(database, queue_, clock).run(milliseconds{0}); }
  [[nodiscard]] const std::vector<domain::ProxySession>& sessions() const {
    return database.state.proxy_sessions;
  }

  Uuid user_ = register_user_with(domain::Money::from_cents(100'00));
  domain::AccessToken token_ = bought(user_, 24);
  FakeUsageQueue queue_;
  Uuid writer_ = entropy.uuid();
  std::uint64_t sequence_ = 0;
};

TEST_F(ConsumeUsageTest, AddsUpWhatOneClientDid) {
  const Timestamp begin = clock.time;
  send({delta(100)});
  ASSERT_EQ(consume()->counted, 1U);
  clock.time += minutes{59};
  send({delta(200)});
  send({delta(300)});
  ASSERT_EQ(consume()->counted, 2U);
  ASSERT_EQ(sessions().size(), 1U);
  const domain::ProxySession& session = sessions().front();
  EXPECT_EQ(session.user_id, user_);
  EXPECT_EQ(session.token_id, token_.id);
  EXPECT_EQ(session.started_at, begin);
  EXPECT_EQ(session.last_activity, clock.time);
  EXPECT_EQ(session.requests, 3U);
  EXPECT_EQ(session.bytes_in, 30U);
  EXPECT_EQ(session.bytes_out, 600U);
  EXPECT_TRUE(queue_.entries.empty());
  ASSERT_EQ(queue_.shown.size(), 2U) << "once a round";
  EXPECT_EQ(queue_.shown.back().id, session.id);
}

TEST_F(ConsumeUsageTest, WritesASessionOnceHoweverManyThereAre) {
  std::vector<UsageDelta> clients;
  for (std::size_t i = 0; i <= kMaxUsageDeltas; ++i) {
    clients.push_back(delta(100));
    clients.back().ip_address = "192.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
  }
  send(clients);
  clock.time += seconds{1};
  for (UsageDelta& client : clients) {
    client.first_activity = client.last_activity = clock.time;
  }
  send(clients);
  const auto output = consume();
  ASSERT_TRUE(output);
  EXPECT_EQ(output->counted, 2U);
  EXPECT_EQ(output->sessions, clients.size());
  ASSERT_EQ(sessions().size(), clients.size());
  for (const domain::ProxySession& session : sessions()) {
    EXPECT_EQ(session.requests, 2U);
    EXPECT_EQ(session.last_activity, clock.time);
  }
}

TEST_F(ConsumeUsageTest, TellsClientsApart) {
  UsageDelta elsewhere = delta();
  elsewhere.ip_address = "2001:db8::1";
  UsageDelta other_program = delta();
  other_program.user_agent = "Mozilla/5.0";
  UsageDelta other_token = delta();
  other_token.token_id = bought(user_, 1).id;
  send({delta(), elsewhere, other_program, other_token});
  ASSERT_TRUE(consume());
  EXPECT_EQ(sessions().size(), 4U);
}

TEST_F(ConsumeUsageTest, CountsABatchOnceHoweverOftenItComes) {
  send(writer_, 1, {delta(100)});
  send(writer_, 1, {delta(100)});
  const auto first = consume();
  EXPECT_EQ(first->counted, 1U);
  EXPECT_EQ(first->repeated, 1U);
  send(writer_, 1, {delta(100)});
  send(entropy.uuid(), 1, {delta(1)});
  const auto second = consume();
  EXPECT_EQ(second->counted, 1U);
  EXPECT_EQ(second->repeated, 1U);
  EXPECT_EQ(sessions().front().bytes_out, 101U);
}

TEST_F(ConsumeUsageTest, AnAcknowledgementThatIsLostCountsNothingTwice) {
  send({delta(100)});
  queue_.forgets_acknowledgements = true;
  EXPECT_EQ(code_of(consume()), domain::ErrorCode::kUnavailable);
  queue_.forgets_acknowledgements = false;
  EXPECT_EQ(consume()->repeated, 1U);
  EXPECT_EQ(sessions().front().bytes_out, 100U);
  EXPECT_TRUE(queue_.entries.empty());
}

TEST_F(ConsumeUsageTest, WithoutTheDatabaseNothingIsAcknowledged) {
  send({delta()});
  database.is_down = true;
  EXPECT_EQ(code_of(consume()), domain::ErrorCode::kUnavailable);
  EXPECT_EQ(queue_.entries.size(), 1U);
  database.is_down = false;
  EXPECT_EQ(consume()->counted, 1U);
  queue_.is_down = true;
  EXPECT_EQ(code_of(consume()), domain::ErrorCode::kUnavailable);
}

TEST_F(ConsumeUsageTest, WhatCannotBeReadIsDiscarded) {
  queue_.entries.push_back({"1-1", std::nullopt});
  send({delta()});
  const auto output = consume();
  EXPECT_EQ(output->discarded, 1U);
  EXPECT_EQ(output->counted, 1U);
  EXPECT_TRUE(queue_.entries.empty());
}

TEST_F(ConsumeUsageTest, UsageOfATokenThatIsGoneIsDropped) {
  UsageDelta unknown = delta();
  unknown.token_id = entropy.uuid();
  send({unknown, delta()});
  ASSERT_TRUE(consume());
  EXPECT_EQ(sessions().size(), 1U);
}

TEST_F(ConsumeUsageTest, AfterSilenceAnotherSessionBegins) {
  send({delta(1)});
  clock.time += domain::kProxySessionIdle;
  send({delta(2)});
  clock.time += domain::kProxySessionIdle + seconds{1};
  send({delta(4)});
  ASSERT_TRUE(consume()) << "all in one round";
  ASSERT_EQ(sessions().size(), 2U);
  EXPECT_EQ(sessions()[0].bytes_out, 3U);
  EXPECT_EQ(sessions()[1].bytes_out, 4U);
  EXPECT_EQ(sessions()[1].started_at, clock.time);
}

TEST_F(ConsumeUsageTest, SessionsEndAfterSilenceOrWithTheirToken) {
  app::FinishSessions finish(database, queue_, clock);
  send({delta()});
  ASSERT_TRUE(consume());
  clock.time += domain::kProxySessionIdle;
  EXPECT_EQ(finish.run().value(), 0U);
  clock.time += seconds{1};
  EXPECT_EQ(finish.run().value(), 1U);
  EXPECT_EQ(sessions().back().ended_at, clock.time - domain::kProxySessionIdle - seconds{1});

  send({delta()});
  ASSERT_TRUE(consume());
  database.state.tokens.back().revoked_at = clock.time;
  EXPECT_EQ(finish.run().value(), 1U);
  send({delta(7)});
  ASSERT_TRUE(consume()) << "the last of a stream that was cut";
  EXPECT_EQ(sessions().size(), 2U);
  EXPECT_EQ(sessions().back().bytes_out, 107U);
  EXPECT_EQ(finish.run().value(), 1U);
}

TEST_F(ConsumeUsageTest, OldBatchesAreForgotten) {
  app::FinishSessions finish(database, queue_, clock);
  send({delta()});
  ASSERT_TRUE(consume());
  clock.time += app::kUsageBatchMemory;
  ASSERT_TRUE(finish.run());
  EXPECT_EQ(database.state.usage_batches.size(), 1U);
  clock.time += seconds{1};
  queue_.oldest_entry = clock.time - seconds{2};
  send({delta()});
  ASSERT_TRUE(finish.run());
  EXPECT_EQ(database.state.usage_batches.size(), 1U) << "what waits may be the same once more";
  queue_.is_down = true;
  EXPECT_EQ(finish.run().error().code, domain::ErrorCode::kUnavailable);
  EXPECT_EQ(database.state.usage_batches.size(), 1U);
  queue_.is_down = false;
  queue_.oldest_entry = clock.time;
  ASSERT_TRUE(finish.run());
  EXPECT_TRUE(database.state.usage_batches.empty());
}

TEST_F(ConsumeUsageTest, TimesOutsideTheTokensLifeAreMovedInside) {
  UsageDelta early = delta();
  early.first_activity = clock.time - hours{1};
  UsageDelta late = delta();
  late.ip_address.clear();
  late.last_activity = clock.time + hours{1};
  send({early, late});
  ASSERT_TRUE(consume());
  for (const domain::ProxySession& session : sessions()) {
    EXPECT_EQ(session.started_at, clock.time);
    EXPECT_EQ(session.last_activity, clock.time);
  }
}

TEST_F(ConsumeUsageTest, StatusAnswersFromTheLatestSession) {
  app::ProxyStatus status(database, clock);
  database.state.tokens.back().activated_at = clock.time;
  EXPECT_EQ(status.run(token_.hash)->session_id, token_.id) << "nothing known yet";
  EXPECT_EQ(status.run(token_.hash)->bytes_transferred, 0U);

  send({delta(90)});
  clock.time += seconds{5};
  UsageDelta elsewhere = delta(190);
  elsewhere.ip_address = "2001:db8::1";
  send({elsewhere});
  ASSERT_TRUE(consume());
  const auto output = status.run(token_.hash).value();
  EXPECT_EQ(output.session_id, sessions().back().id);
  EXPECT_EQ(output.started_at, clock.time);
  EXPECT_EQ(output.bytes_transferred, 200U);
}

TEST_F(ConsumeUsageTest, AdministratorsSeeLiveSessions) {
  send({delta()});
  clock.time += seconds{5};
  UsageDelta elsewhere = delta();
  elsewhere.ip_address = "2001:db8::1";
  send({elsewhere});
  ASSERT_TRUE(consume());
  app::ListProxySessions list(database);
  const auto page = list.run({.limit = 1, .offset = 0}).value();
  EXPECT_EQ(page.total, 2U);
  ASSERT_EQ(page.items.size(), 1U);
  EXPECT_EQ(page.items[0].session.ip_address, "2001:db8::1");
  EXPECT_EQ(page.items[0].username, database.state.users.at(user_).username);
}

}  // namespace
}  // namespace zenzefi::test
