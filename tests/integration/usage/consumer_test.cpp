// The consumer of usage: whatever is killed, away or sent twice, everything is counted once.
#include <memory>

#include "app/proxy/proxy_status.hpp"
#include "app/usage/consume_usage.hpp"
#include "app/usage/finish_sessions.hpp"
#include "infra/redis/redis_usage_queue.hpp"
#include "shared/clock.hpp"
#include "tests/integration/usage/usage_fixture.hpp"
#include "tests/support/await.hpp"
#include "tests/support/concurrently.hpp"
#include "tests/support/json.hpp"

namespace zenzefi::test {
namespace {

using domain::ErrorCode;
using std::chrono::milliseconds;

constexpr milliseconds kNoWait{1};

class UsageConsumer : public UsageTest {
 protected:
  [[nodiscard]] infra::RedisUsageQueueOptions options(const std::string& name) const {
    return {.address = {.port = redis_.port()},
            .consumer = name,
            .timeout = milliseconds{500},
            .claim_interval = milliseconds{10},
            .abandoned_after = milliseconds{50}};
  }

  // An instance of the service, as far as usage is concerned.
  struct Instance {
    Instance(app::Database& database, const infra::RedisUsageQueueOptions& options,
             const Clock& clock)
        : queue(options), consume(database, queue, clock) {}

    infra::RedisUsageQueue queue;
    app::ConsumeUsage consume;
  };
  [[nodiscard]] std::unique_ptr<Instance> instance(const std::string& name) {
    return std::make_unique<Instance>(database_, options(name), clock_);
  }

  // Until nothing is left, in the stream or handed out.
  void consume_all(Instance& instance) {
    await("the stream to be consumed", [&] {
      EXPECT_TRUE(instance.consume.run(kNoWait));
      return entries() == 0 && pending() == 0;
    });
  }

  SystemClock clock_;
  UsageWriter writer_{redis_};
};

// Dies after the commit, before Redis hears of it.
class DiesBeforeAcknowledging final : public app::UsageQueue {
 public:
  explicit DiesBeforeAcknowledging(app::UsageQueue& queue) : queue_(queue) {}

  domain::Result<std::vector<app::UsageEntry>> take(milliseconds wait) override {
    return queue_.take(wait);
  }
  domain::Result<void> acknowledge(std::span<const app::UsageEntry> /*entries*/) override {
    return domain::fail(ErrorCode::kUnavailable, "killed");
  }
  domain::Result<std::optional<Timestamp>> oldest() override { return queue_.oldest(); }
  domain::Result<void> show(std::span<const domain::ProxySession> sessions) override {
    return queue_.show(sessions);
  }

 private:
  app::UsageQueue& queue_;
};

TEST_F(UsageConsumer, WritesSessionsAndShowsThem) {
  const auto consumer = instance("a");
  writer_.write({delta(100)});
  writer_.write({delta(50)});
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 150U);
  EXPECT_EQ(sessions(), "1");
  EXPECT_EQ(ask(settings_,
                "SELECT format('%s %s %s %s', user_id, token_id, host(ip_address), user_agent) "
                "FROM proxy_sessions"),
            user_.to_string() + " " + token_.id.to_string() + " 192.0.2.7 curl/8");

  const std::string id = ask(settings_, "SELECT id FROM proxy_sessions");
  const std::string key = "proxy_session:" + id;
  const Json shown{redis_.get(key).value()};
  EXPECT_EQ(shown.text("/user_id"), user_.to_string());
  EXPECT_EQ(shown.text("/token_id"), token_.id.to_string());
  EXPECT_TRUE(parse_timestamp(shown.text("/started_at")).has_value());
  EXPECT_TRUE(parse_timestamp(shown.text("/last_activity")).has_value());
  const auto lifetime = redis_.command({"TTL", key}).integer;
  EXPECT_GT(lifetime, 3590);
  EXPECT_LE(lifetime, 3600);

  ASSERT_EQ(attempt(settings_, "UPDATE access_tokens SET activated_at = now()"), "");
  const auto status = app::ProxyStatus(database_, clock_).run(token_.hash).value();
  EXPECT_EQ(status.session_id.to_string(), id);
  EXPECT_EQ(status.bytes_transferred, 150U);
}

TEST_F(UsageConsumer, KilledBetweenCommitAndAcknowledgementCountsOnce) {
  writer_.write({delta(100)});
  {
    infra::RedisUsageQueue queue(options("a"));
    DiesBeforeAcknowledging dying(queue);
    EXPECT_EQ(app::ConsumeUsage(database_, dying, clock_).run(kNoWait).error().code,
              ErrorCode::kUnavailable);
  }
  ASSERT_EQ(bytes_counted(), 100U) << "it was committed";
  ASSERT_EQ(pending(), 1);

  // The same instance, started again.
  const auto output = instance("a")->consume.run(kNoWait).value();
  EXPECT_EQ(output.repeated, 1U);
  EXPECT_EQ(output.counted, 0U);
  EXPECT_EQ(bytes_counted(), 100U);
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(entries(), 0);
}

TEST_F(UsageConsumer, AnotherOneTakesOverWhatADeadOneLeft) {
  writer_.write({delta(100)});
  writer_.write({delta(10)});
  {
    infra::RedisUsageQueue queue(options("a"));
    DiesBeforeAcknowledging dying(queue);
    static_cast<void>(app::ConsumeUsage(database_, dying, clock_).run(kNoWait));
  }
  writer_.write({delta(1)});
  {
    infra::RedisUsageQueue killed_before_its_commit(options("b"));
    ASSERT_EQ(killed_before_its_commit.take(kNoWait)->size(), 1U);
  }
  ASSERT_EQ(pending(), 3);
  const auto heir = instance("c");
  consume_all(*heir);
  EXPECT_EQ(bytes_counted(), 111U);
}

TEST_F(UsageConsumer, ABatchThatIsSentTwiceCountsOnce) {
  const auto consumer = instance("a");
  writer_.write({delta(100)});
  writer_.write_again();
  consume_all(*consumer);
  writer_.write_again();
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 100U);
}

TEST_F(UsageConsumer, GoesOnWhenRedisIsBack) {
  const auto consumer = instance("a");
  writer_.write({delta(100)});
  redis_.stop();
  EXPECT_EQ(consumer->consume.run(kNoWait).error().code, ErrorCode::kUnavailable);
  redis_.start();
  writer_.write_again();
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 100U);

  redis_.pause();
  EXPECT_EQ(consumer->consume.run(kNoWait).error().code, ErrorCode::kUnavailable);
  redis_.resume();
  writer_.write({delta(10)});
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 110U);
}

TEST_F(UsageConsumer, AnEmptiedRedisIsMadeReadyAgain) {
  const auto consumer = instance("a");
  writer_.write({delta(100)});
  consume_all(*consumer);
  redis_.command({"FLUSHALL"});
  EXPECT_FALSE(consumer->consume.run(kNoWait));
  writer_.write({delta(10)});
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 110U);
}

TEST_F(UsageConsumer, TwoAtOnceShareTheWork) {
  constexpr std::size_t kBatches = 300;
  UsageWriter other_writer{redis_};
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < kBatches; ++i) {
    UsageDelta elsewhere = delta(i);
    elsewhere.ip_address = "2001:db8::" + std::to_string(i % 7);
    writer_.write({delta(1), elsewhere});
    other_writer.write({delta(2)});
    other_writer.write_again();
    expected += i + 3;
  }
  const auto counted = concurrently(2, [&](std::size_t number) {
    const auto consumer = instance(number == 0 ? "a" : "b");
    std::size_t batches = 0;
    await("the stream to be consumed", [&] {
      const auto output = consumer->consume.run(kNoWait);
      EXPECT_TRUE(output) << output.error().detail;
      batches += output->counted;
      return entries() == 0 && pending() == 0;
    });
    return batches;
  });
  EXPECT_EQ(counted[0] + counted[1], 2 * kBatches);
  EXPECT_EQ(bytes_counted(), expected);
  EXPECT_EQ(sessions(), "8");
}

TEST_F(UsageConsumer, WhatRedisTrimmedIsKnownToBeMissing) {
  const auto consumer = instance("a");
  UsageWriter complete{redis_};
  writer_.write({delta(1)});
  complete.write({delta(1)});
  consume_all(*consumer);
  EXPECT_EQ(database_.count_missing_usage().value(), 0U);
  for (int i = 0; i < 4; ++i) {
    writer_.write({delta(1)});
  }
  complete.write({delta(1)});
  writer_.write({delta(1)});
  redis_.command({"XTRIM", "usage", "MAXLEN", "2"});
  writer_.write_again();
  consume_all(*consumer);
  EXPECT_EQ(database_.count_missing_usage().value(), 4U);
}

TEST_F(UsageConsumer, WhatCannotBeReadIsDiscarded) {
  const auto consumer = instance("a");
  redis_.command({"XADD", "usage", "*", "hello", "world"});
  redis_.command({"XADD", "usage", "*", "writer", random_uuid().to_string(), "sequence", "-1",
                  "deltas", "[]"});
  writer_.write({delta(100)});
  const auto output = consumer->consume.run(kNoWait).value();
  EXPECT_EQ(output.discarded, 2U);
  EXPECT_EQ(output.counted, 1U);
  EXPECT_EQ(entries(), 0);
  EXPECT_EQ(pending(), 0);
}

TEST_F(UsageConsumer, OneBatchThatTheDatabaseRefusesHoldsUpNoOther) {
  const auto consumer = instance("a");
  writer_.write({delta(100)});
  consume_all(*consumer);
  ASSERT_EQ(attempt(settings_, "UPDATE proxy_sessions SET bytes_out = 9223372036854775807"), "");
  writer_.write({delta(1)});  // beyond bigint
  UsageDelta elsewhere = delta(7);
  elsewhere.ip_address.clear();
  writer_.write({elsewhere});
  const auto output = consumer->consume.run(kNoWait).value();
  EXPECT_EQ(output.discarded, 1U);
  EXPECT_EQ(output.counted, 1U);
  EXPECT_EQ(ask(settings_, "SELECT bytes_out FROM proxy_sessions WHERE ip_address IS NULL"), "7");
}

TEST_F(UsageConsumer, SessionsEndAfterSilenceAndWithTheirToken) {
  const auto consumer = instance("a");
  app::FinishSessions finish(database_, consumer->queue, clock_);
  writer_.write({delta(1)});
  consume_all(*consumer);
  EXPECT_EQ(finish.run().value(), 0U);
  ASSERT_EQ(
      attempt(settings_, "UPDATE proxy_sessions SET last_activity = now() - interval '61 minutes'"),
      "");
  EXPECT_EQ(finish.run().value(), 1U);
  writer_.write({delta(2)});
  consume_all(*consumer);
  EXPECT_EQ(sessions(), "2") << "what comes after the silence is another session";

  ASSERT_EQ(
      attempt(settings_, "UPDATE access_tokens SET activated_at = now() - interval '25 hours'"),
      "");
  EXPECT_EQ(finish.run().value(), 1U);
  writer_.write({delta(4)});
  consume_all(*consumer);
  EXPECT_EQ(sessions(), "2") << "the last of a stream that was cut";
  EXPECT_EQ(finish.run().value(), 1U);
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM proxy_sessions WHERE ended_at = last_activity"),
            "2");
}

TEST_F(UsageConsumer, SessionsEndAndBatchesAreForgottenWhileUsageWaits) {
  const auto consumer = instance("a");
  app::FinishSessions finish(database_, consumer->queue, clock_);
  writer_.write({delta(1)});
  consume_all(*consumer);
  writer_.write({delta(2)});
  ASSERT_EQ(
      attempt(settings_, "UPDATE proxy_sessions SET last_activity = now() - interval '61 minutes'"),
      "");
  const auto finish_after_batch_of = [&](const std::string& age) {
    EXPECT_EQ(
        attempt(settings_, "UPDATE usage_batches SET applied_at = now() - interval '" + age + "'"),
        "");
    EXPECT_TRUE(finish.run());
    return ask(settings_, "SELECT count(*) FROM usage_batches");
  };
  EXPECT_EQ(finish_after_batch_of("23 hours"), "1");
  EXPECT_EQ(ask(settings_, "SELECT count(*) FROM proxy_sessions WHERE ended_at IS NULL"), "0");
  EXPECT_EQ(finish_after_batch_of("25 hours"), "0");
}

TEST_F(UsageConsumer, WhatIsNotAcknowledgedIsTheOldest) {
  infra::RedisUsageQueue queue(options("a"));
  EXPECT_EQ(queue.oldest().value(), std::nullopt);
  redis_.command({"XADD", "usage", "1999-1", "hello", "world"});
  writer_.write({delta(1)});
  const auto taken = queue.take(kNoWait).value();
  EXPECT_EQ(taken.size(), 2U);
  EXPECT_EQ(queue.oldest().value(), Timestamp{std::chrono::seconds{1}});
  ASSERT_TRUE(queue.acknowledge(taken));
  EXPECT_EQ(queue.oldest().value(), std::nullopt);
}

TEST_F(UsageConsumer, ShowsManySessionsAndDoesWithoutIfRedisIsFull) {
  const auto consumer = instance("a");
  const auto write = [&] {
    for (std::size_t batch = 0; batch < 2; ++batch) {
      std::vector<UsageDelta> deltas(kMaxUsageDeltas, delta(1));
      for (std::size_t i = 0; i < deltas.size(); ++i) {
        deltas[i].user_agent = std::to_string(batch * kMaxUsageDeltas + i);
      }
      writer_.write(deltas);
    }
  };
  const auto shown = [&] { return redis_.command({"KEYS", "proxy_session:*"}).elements.size(); };
  write();
  consume_all(*consumer);
  EXPECT_EQ(shown(), 2 * kMaxUsageDeltas);

  write();
  redis_.command({"CONFIG", "SET", "maxmemory", "1"});
  consume_all(*consumer);
  EXPECT_EQ(bytes_counted(), 4 * kMaxUsageDeltas);
}

TEST_F(UsageConsumer, SignsOffWhenNothingIsLeft) {
  const auto consumers = [&] {
    return redis_.command({"XINFO", "CONSUMERS", "usage", "auth-service"}).elements.size();
  };
  {
    const auto consumer = instance("a");
    writer_.write({delta(1)});
    consume_all(*consumer);
    ASSERT_TRUE(consumer->consume.run(kNoWait));
    EXPECT_EQ(consumers(), 1U);
  }
  EXPECT_EQ(consumers(), 0U);
}

}  // namespace
}  // namespace zenzefi::test
