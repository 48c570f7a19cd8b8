// Lists stay quick however much there is: PostgreSQL's own word on how it runs each of them
// (auto_explain), on tables that are large enough to make it choose.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "infra/postgres/postgres_database.hpp"
#include "shared/clock.hpp"
#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/pattern.hpp"

namespace zenzefi::test {
namespace {

using app::Transaction;

// 240,000 transactions of a year, half of them one user's; 24,000 tokens; 120,000 sessions, of
// which the newest 240 are live.
constexpr auto kFill = R"sql(
  SELECT make_month_partition(parent, now() - make_interval(months => month))
    FROM unnest(ARRAY['transactions', 'proxy_sessions']) parent, generate_series(0, 12) month;
  INSERT INTO users (id, email, username, hashed_password)
    SELECT md5('user ' || i)::uuid, 'u' || i || '@example.com', 'user' || i, 'x'
      FROM generate_series(0, 199) i;
  INSERT INTO users (id, email, username, hashed_password, created_at)
    SELECT gen_random_uuid(), 'somebody-' || i || '@example.com', 'somebody-' || i, 'x',
           now() - i * interval '1 minute'
      FROM generate_series(1, 40000) i;
  INSERT INTO access_tokens (id, user_id, token_hash, token_sealed, duration_hours, price_paid,
                             created_at, activated_at)
    SELECT md5('token ' || i)::uuid, md5('user ' || i % 200)::uuid, sha256(('t' || i)::bytea), '',
           24, 18, now() - i * interval '20 minutes', now() - i * interval '20 minutes'
      FROM generate_series(0, 23999) i;
  INSERT INTO transactions (id, user_id, amount, transaction_type, description, balance_after,
                            created_at)
    SELECT md5('entry ' || i)::uuid,
           md5('user ' || CASE WHEN i % 2 = 0 THEN 0 ELSE i % 200 END)::uuid,
           1, 'deposit', 'Deposit', 1, now() - i * interval '2 minutes'
      FROM generate_series(0, 239999) i;
  INSERT INTO proxy_sessions (id, user_id, token_id, ip_address, user_agent, started_at,
                              last_activity, ended_at)
    SELECT md5('session ' || i)::uuid, md5('user ' || (i / 5) % 200)::uuid,
           md5('token ' || i / 5)::uuid, '192.0.2.7', 'program ' || i % 5,
           now() - i * interval '4 minutes', now() - i * interval '4 minutes',
           CASE WHEN i >= 240 THEN now() - i * interval '4 minutes' END
      FROM generate_series(0, 119999) i;
)sql";

constexpr std::uint64_t kFewRows = 10;

class Plans : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    settings = migrated_database();
    settings.pool_max = 1;
    ASSERT_EQ(attempt(settings, kFill), "");
    // As autovacuum does both.
    ASSERT_EQ(attempt(settings, "SELECT gin_clean_pending_list('users_by_part_of_name')"), "");
    ASSERT_EQ(attempt(settings, "ANALYZE"), "");
    const auto superuser = settings_for(shared_postgres().superuser(settings.database));
    const std::string alter = "ALTER DATABASE " + settings.database + " SET ";
    ASSERT_EQ(attempt(superuser, alter + "session_preload_libraries = 'auto_explain'"), "");
    ASSERT_EQ(attempt(superuser, alter + "auto_explain.log_min_duration = 0"), "");
    ASSERT_EQ(attempt(superuser, alter + "auto_explain.log_analyze = on"), "");
  }

  // The plans of `query`'s statements that `of` is part of. Asked often enough that PostgreSQL has
  // made the plan for any parameters as well, if it thinks that one as good.
  template <typename Query>
  static std::vector<std::string> plans(const std::string& of, Query query) {
    const std::size_t before = shared_postgres().log().size();
    {
      infra::PostgresDatabase database{settings};
      for (int i = 0; i < 8; ++i) {
        EXPECT_TRUE(database.run([&](Transaction& t) -> domain::Result<bool> {
          query(t);
          return true;
        }));
      }
    }
    std::vector<std::string> found;
    for (std::string& plan : explained(shared_postgres().log().substr(before))) {
      if (plan.find(of) != std::string::npos) {
        found.push_back(std::move(plan));
      }
    }
    EXPECT_FALSE(found.empty()) << "nothing explained of " << of;
    return found;
  }

  // What is read is found in an index of `table`; a partition of a few rows may well be scanned.
  template <typename Query>
  static void expect_indexed(const std::string& table, const std::string& of, Query query) {
    for (const std::string& plan : plans(of, query)) {
      EXPECT_LE(rows_scanned(plan, table), kFewRows) << plan;
      EXPECT_NE(plan.find("Index"), std::string::npos) << plan;
    }
  }
  // And that in the order of the list.
  template <typename Query>
  static void expect_indexed_and_sorted(const std::string& table, const std::string& of,
                                        Query query) {
    expect_indexed(table, of, query);
    for (const std::string& plan : plans(of, query)) {
      EXPECT_EQ(plan.find("Sort  ("), std::string::npos) << plan;
    }
  }

  static inline infra::PostgresSettings settings;
  const Uuid user_ = uuid("user 0");
  const Timestamp now_ = SystemClock{}.now();

  static Uuid uuid(const std::string& name) {
    return Uuid::parse(ask(settings, "SELECT md5('" + name + "')::uuid")).value();
  }

 private:
  // By sequential scans, those that a filter removed included.
  static std::uint64_t rows_scanned(const std::string& plan, const std::string& table) {
    std::uint64_t rows = 0;
    bool scanned = false;
    std::istringstream lines{plan};
    for (std::string line; std::getline(lines, line);) {
      if (line.find("->") != std::string::npos) {
        scanned = line.find("Seq Scan on " + table) != std::string::npos;
      }
      if (!scanned) {
        continue;
      }
      if (const auto read = first_match(line, R"(actual time=\S+ rows=(\d+) loops=(\d+))")) {
        rows += std::stoull(read->groups[1]) * std::stoull(read->groups[2]);
      }
      if (const auto removed = first_match(line, R"(Rows Removed by Filter: (\d+))")) {
        rows += std::stoull(removed->groups[1]);
      }
    }
    return rows;
  }

  // From "Query Text:" to the last line of the plan: those that go on begin with a tab.
  static std::vector<std::string> explained(const std::string& log) {
    std::vector<std::string> out;
    std::istringstream lines{log};
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
      if (line.find("Query Text:") != std::string::npos) {
        out.emplace_back();
        inside = true;
      } else if (!line.starts_with('\t')) {
        inside = false;
      }
      if (inside) {
        out.back() += line + "\n";
      }
    }
    return out;
  }
};

TEST_F(Plans, ALedgerIsReadFromItsIndexNewestFirst) {
  for (const std::uint64_t offset : {0, 1000, 100'000}) {
    expect_indexed_and_sorted("transactions", "ORDER BY created_at DESC", [&](Transaction& t) {
      EXPECT_EQ(t.ledger().list(user_, {.limit = 20, .offset = offset}).items.size(), 20U);
    });
  }
  for (const std::string& plan : plans("ORDER BY created_at DESC", [&](Transaction& t) {
         static_cast<void>(t.ledger().list(user_, {.limit = 20, .offset = 0}));
       })) {
    // 20 rows are in the newest partitions; the others are not looked into.
    EXPECT_NE(plan.find("never executed"), std::string::npos) << plan;
  }
}

TEST_F(Plans, TheEntriesOfALedgerAreCountedInItsIndex) {
  const Uuid user = uuid("user 1");
  expect_indexed("transactions", "SELECT count(*) FROM transactions",
                 [&](Transaction& t) { EXPECT_GT(t.ledger().list(user, {}).total, 1000U); });
}

TEST_F(Plans, OneEntryIsFoundByItsId) {
  const Uuid id = uuid("entry 100000");
  expect_indexed("transactions", "FROM transactions WHERE id",
                 [&](Transaction& t) { EXPECT_TRUE(t.ledger().find(id).has_value()); });
}

TEST_F(Plans, TokensAreReadFromTheirIndexes) {
  for (const auto usable_at : {std::optional<Timestamp>{}, std::optional{now_}}) {
    expect_indexed("access_tokens", "t.user_id = $1 AND ($2::bigint IS NULL", [&](Transaction& t) {
      static_cast<void>(t.tokens().list(user_, usable_at, {.limit = 20, .offset = 0}));
    });
  }
  expect_indexed_and_sorted("access_tokens", "LIMIT $4 OFFSET $5", [&](Transaction& t) {
    EXPECT_EQ(t.tokens()
                  .search({.user_id = {}, .status = {}, .now = now_}, {.limit = 20, .offset = 0})
                  .items.size(),
              20U);
  });
}

TEST_F(Plans, TokensAreFoundByTheirHashes) {
  std::vector<TokenHash> hashes;
  for (int i = 0; i < 32; ++i) {
    hashes.push_back(hash_token("t" + std::to_string(i)).value());
  }
  for (const char* table : {"access_tokens", "users"}) {
    expect_indexed(table, "WHERE token_hash = asked.hash", [&](Transaction& t) {
      EXPECT_TRUE(t.tokens().find(hashes.front()).has_value());
      EXPECT_TRUE(t.tokens().find_all(hashes).back().has_value());
    });
  }
}

TEST_F(Plans, APartOfANameIsFoundInItsIndex) {
  for (const char* of : {"count(*) FROM users WHERE email ILIKE", "LIMIT $2 OFFSET $3"}) {
    expect_indexed("users", of, [&](Transaction& t) {
      EXPECT_EQ(t.users().search("-777@EXAMPLE", {.limit = 20, .offset = 0}).total, 1U);
    });
  }
  expect_indexed_and_sorted("users", "ORDER BY created_at DESC, id DESC LIMIT $1", [&](auto& t) {
    EXPECT_EQ(t.users().search(std::nullopt, {.limit = 20, .offset = 0}).items.size(), 20U);
  });
}

TEST_F(Plans, TokensInUseAreCountedInTheirIndex) {
  const std::size_t before = shared_postgres().log().size();
  {
    infra::PostgresDatabase database{settings};
    EXPECT_GT(database.count_active_tokens().value(), 0U);
  }
  const std::string log = shared_postgres().log().substr(before);
  EXPECT_NE(log.find("access_tokens_active_by_end"), std::string::npos) << log;
}

TEST_F(Plans, LiveSessionsAreReadFromTheirIndex) {
  expect_indexed_and_sorted(
      "proxy_sessions", "ORDER BY s.started_at DESC, s.id",
      [&](Transaction& t) { EXPECT_EQ(t.proxy_sessions().list_live({}).items.size(), 20U); });
  expect_indexed("proxy_sessions", "FROM proxy_sessions WHERE ended_at IS NULL",
                 [&](Transaction& t) { EXPECT_GT(t.proxy_sessions().list_live({}).total, 0U); });
}

TEST_F(Plans, UsageFindsItsSession) {
  UsageDelta delta;
  delta.token_id = uuid("token 3");
  delta.ip_address = "192.0.2.7";
  delta.user_agent = "program 1";
  delta.first_activity = delta.last_activity = now_;
  expect_indexed("proxy_sessions", "jsonb_to_recordset", [&](Transaction& t) {
    t.proxy_sessions().lock();
    EXPECT_EQ(t.proxy_sessions().add(std::vector{delta}, now_).size(), 1U);
  });
  expect_indexed("proxy_sessions", "WHERE s.token_id = $1", [&](Transaction& t) {
    EXPECT_TRUE(t.proxy_sessions().latest_of(delta.token_id).has_value());
  });
  expect_indexed("proxy_sessions", "SET ended_at = s.last_activity", [&](Transaction& t) {
    t.proxy_sessions().lock();
    t.proxy_sessions().end_finished(now_);
  });
}

}  // namespace
}  // namespace zenzefi::test
