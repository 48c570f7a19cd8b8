// A token that is in use, and the part of nginx: writing what went through to Redis.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "infra/postgres/postgres_database.hpp"
#include "shared/usage.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/redis_server.hpp"

namespace zenzefi::test {

// The time now, in whole seconds.
[[nodiscard]] Timestamp this_second();

// One worker of nginx.
class UsageWriter {
 public:
  explicit UsageWriter(const RedisServer& redis) : redis_(redis) {}

  // The next batch.
  void write(const std::vector<UsageDelta>& deltas);
  // The last batch once more, as after an answer that got lost.
  void write_again();

 private:
  void add() const;

  const RedisServer& redis_;
  Uuid writer_ = random_uuid();
  std::uint64_t sequence_ = 0;
  std::string deltas_;
};

class UsageTest : public testing::Test {
 protected:
  UsageTest();

  // One request of `bytes` to the client, just now.
  [[nodiscard]] UsageDelta delta(std::uint64_t bytes) const;

  // Of all sessions.
  [[nodiscard]] std::uint64_t bytes_counted() const;
  [[nodiscard]] std::string sessions() const {
    return ask(settings_, "SELECT count(*) FROM proxy_sessions");
  }
  // In the stream, and of these handed out and not acknowledged.
  [[nodiscard]] long long entries() const;
  [[nodiscard]] long long pending() const;

  RedisServer redis_{{.persistent = true}};
  infra::PostgresSettings settings_ = migrated_database();
  infra::PostgresDatabase database_{settings_};
  Uuid user_;
  domain::AccessToken token_;
};

}  // namespace zenzefi::test
