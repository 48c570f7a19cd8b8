#include "infra/postgres/connection_pool.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "tests/integration/postgres/private_postgres.hpp"
#include "tests/support/await.hpp"
#include "tests/support/concurrently.hpp"

namespace zenzefi::test {
namespace {

using infra::ConnectionPool;
using namespace std::chrono_literals;

class Pool : public testing::Test {
 protected:
  infra::PostgresSettings settings_ = [] {
    auto settings = empty_database();
    settings.pool_min = 1;
    settings.pool_max = 3;
    settings.acquire_timeout = 100ms;
    settings.application_name = "pool-test";
    return settings;
  }();

  static std::string query(ConnectionPool::Lease& lease, const std::string& sql) {
    pqxx::nontransaction work{lease->pqxx()};
    return work.exec(sql)[0][0].as<std::string>();
  }
  static std::string backend_of(ConnectionPool::Lease& lease) {
    return query(lease, "SELECT pg_backend_pid()");
  }
};

TEST_F(Pool, UsesTheConnectionUsedLast) {
  ConnectionPool pool{settings_};
  std::string last;
  {
    auto one = pool.acquire().value();
    auto two = pool.acquire().value();
    EXPECT_NE(backend_of(one), backend_of(two));
    last = backend_of(one);  // `two` goes back before it
  }
  auto again = pool.acquire().value();
  EXPECT_EQ(backend_of(again), last);
}

TEST_F(Pool, IsBoundedAndSaysSoInTime) {
  ConnectionPool pool{settings_};
  std::vector<ConnectionPool::Lease> leases;
  for (std::size_t i = 0; i < settings_.pool_max; ++i) {
    leases.push_back(pool.acquire().value());
  }
  const auto start = std::chrono::steady_clock::now();
  const auto refused = pool.acquire();
  EXPECT_EQ(refused.error().code, domain::ErrorCode::kUnavailable);
  EXPECT_GE(std::chrono::steady_clock::now() - start, settings_.acquire_timeout);
  leases.pop_back();
  EXPECT_TRUE(pool.acquire());
}

TEST_F(Pool, WhoWaitsGetsWhatComesBack) {
  settings_.pool_max = 1;
  settings_.acquire_timeout = 10s;
  ConnectionPool pool{settings_};
  std::optional<ConnectionPool::Lease> held{pool.acquire().value()};
  std::thread waiter{[&] { EXPECT_TRUE(pool.acquire()); }};
  held.reset();
  waiter.join();
}

TEST_F(Pool, OpensItsPlaceAgainWhenALeaseIsDiscarded) {
  settings_.pool_max = 1;
  ConnectionPool pool{settings_};
  auto lease = pool.acquire().value();
  const std::string before = backend_of(lease);
  lease.discard();
  EXPECT_EQ(pool.counts().open, 0U);
  auto next = pool.acquire().value();
  EXPECT_NE(backend_of(next), before);
}

TEST_F(Pool, NeverHandsOutAConnectionTheServerHasClosed) {
  settings_.pool_max = 1;
  ConnectionPool pool{settings_};
  std::string before;
  {
    auto lease = pool.acquire().value();
    before = backend_of(lease);
  }
  ASSERT_EQ(ask(settings_, "SELECT pg_terminate_backend(" + before + ", 5000)"), "t");
  auto lease = pool.acquire().value();
  EXPECT_NE(backend_of(lease), before);
}

TEST_F(Pool, DiscardsAConnectionThatBrokeInUse) {
  settings_.pool_max = 1;
  ConnectionPool pool{settings_};
  {
    auto lease = pool.acquire().value();
    const std::string backend = backend_of(lease);
    ASSERT_EQ(ask(settings_, "SELECT pg_terminate_backend(" + backend + ", 5000)"), "t");
    EXPECT_ANY_THROW(backend_of(lease));
    EXPECT_ANY_THROW(backend_of(lease)) << "no silent reconnection";
  }
  auto lease = pool.acquire().value();
  EXPECT_FALSE(backend_of(lease).empty());
}

TEST_F(Pool, KeepsPoolMinAndClosesWhatIsIdleForLong) {
  settings_.idle_timeout = 0s;
  ConnectionPool pool{settings_};
  {
    auto one = pool.acquire().value();
    auto two = pool.acquire().value();
    EXPECT_EQ(pool.counts().open, 2U);
  }
  EXPECT_EQ(pool.counts().open, 1U);
  EXPECT_EQ(pool.counts().idle, 1U);
}

TEST_F(Pool, WarmsUp) {
  settings_.pool_min = 3;
  ConnectionPool pool{settings_};
  ASSERT_TRUE(pool.warm_up());
  EXPECT_EQ(pool.counts().idle, 3U);
}

TEST_F(Pool, SetsItsConnectionsUp) {
  settings_.statement_timeout = 1234ms;
  settings_.lock_timeout = 567ms;
  settings_.application_name = "it's a \\ name";
  ConnectionPool pool{settings_};
  auto lease = pool.acquire().value();
  EXPECT_EQ(query(lease, "SHOW statement_timeout"), "1234ms");
  EXPECT_EQ(query(lease, "SHOW lock_timeout"), "567ms");
  EXPECT_EQ(query(lease, "SHOW application_name"), settings_.application_name);
  EXPECT_EQ(query(lease, "SHOW TimeZone"), "UTC");
}

TEST_F(Pool, CutsOffAConnectionThatSaysNothing) {
  settings_.silence_timeout = 100ms;
  ConnectionPool pool{settings_};
  auto lease = pool.acquire().value();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_ANY_THROW(query(lease, "SELECT pg_sleep(5)"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 4s);
}

TEST_F(Pool, ServesManyThreads) {
  settings_.acquire_timeout = 10s;
  ConnectionPool pool{settings_};
  const auto backends = concurrently(32, [&](std::size_t) {
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) {
      auto lease = pool.acquire().value();
      seen.insert(backend_of(lease));
    }
    return seen;
  });
  std::set<std::string> all;
  for (const auto& seen : backends) {
    all.insert(seen.begin(), seen.end());
  }
  EXPECT_LE(all.size(), settings_.pool_max);
  EXPECT_EQ(pool.counts().open, pool.counts().idle);
}

}  // namespace
}  // namespace zenzefi::test
