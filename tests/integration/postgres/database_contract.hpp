// What every app::Database keeps to: PostgreSQL, and the fake that the use cases are tested with.
#pragma once

#include <gtest/gtest.h>

#include "fake/database.hpp"
#include "fake/ports.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {

inline const Timestamp kNow = std::chrono::sys_days{std::chrono::year{2025} / 10 / 15};

struct PostgreSql {
  infra::PostgresSettings settings = migrated_database();
  infra::PostgresDatabase database{settings};
};

struct Fake {
  ManualClock clock;
  FakeDatabase database{clock};
};

template <typename Subject>
class DatabaseContract : public testing::Test {
 protected:
  Subject subject_;
  app::Database& database_ = subject_.database;

  // What `work` returns, committed.
  template <typename Work>
  auto in_transaction(Work work) {
    using Value = std::invoke_result_t<Work, app::Transaction&>;
    auto result = database_.run([&](app::Transaction& transaction) -> domain::Result<Value> {
      return domain::Result<Value>{work(transaction)};
    });
    if (!result) {
      throw std::runtime_error(result.error().detail);
    }
    return *std::move(result);
  }
  template <typename Work>
  void change(Work work) {
    in_transaction([&](app::Transaction& transaction) {
      work(transaction);
      return true;
    });
  }

  domain::User user(const Uuid& id) {
    return in_transaction([&](app::Transaction& t) { return t.users().find(id).value(); });
  }

  domain::Session open_session(const Uuid& user_id, const TokenHash& refresh_token) {
    domain::Session session{.id = random_uuid(),
                            .user_id = user_id,
                            .remember_me = true,
                            .device_info = "curl/8",
                            .ip_address = "2001:db8::1",
                            .created_at = kNow,
                            .expires_at = kNow + std::chrono::hours{24},
                            .ended_at = {}};
    change([&](app::Transaction& t) { t.sessions().insert(session, refresh_token); });
    return session;
  }
  bool is_alive(const domain::Session& session) {
    return in_transaction(
        [&](app::Transaction& t) { return !t.sessions().find(session.id).value().ended_at; });
  }
};

using DatabaseSubjects = testing::Types<PostgreSql, Fake>;

}  // namespace zenzefi::test
