// What /metrics says of PostgreSQL.
#include "commands/service_metrics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <pqxx/pqxx>

#include "infra/postgres/connection.hpp"
#include "tests/integration/postgres/ports.hpp"
#include "tests/integration/postgres/private_postgres.hpp"

namespace zenzefi::test {
namespace {

std::optional<double> value(const commands::ServiceMetrics& metrics, const std::string& name) {
  const auto samples = metrics.samples();
  const auto found = std::ranges::find(samples, name, &http::Sample::name);
  return found == samples.end() ? std::nullopt : std::optional{found->value};
}

TEST(ServiceMetrics, TokensThatCannotBeCountedLeaveOutTheirOwnGaugeAlone) {
  auto settings = migrated_database();
  settings.lock_timeout = std::chrono::milliseconds{100};
  infra::PostgresDatabase database{settings};
  MemoryGrantCache cache;
  commands::ServiceMetrics metrics;
  {
    infra::Connection holder{settings, infra::ConnectionPurpose::kAdministration};
    pqxx::work transaction{holder.pqxx()};
    transaction.exec("LOCK TABLE access_tokens IN ACCESS EXCLUSIVE MODE");
    EXPECT_EQ(metrics.look(database, cache), commands::ServiceMetrics::kInterval);
  }
  EXPECT_EQ(value(metrics, "zenzefi_postgres_up"), 1);
  EXPECT_EQ(value(metrics, "zenzefi_outbox_rows"), 0);
  EXPECT_EQ(value(metrics, "zenzefi_payments_open"), 0);
  EXPECT_EQ(value(metrics, "zenzefi_active_tokens"), std::nullopt);

  commands::ServiceMetrics fresh;
  static_cast<void>(fresh.look(database, cache));
  EXPECT_EQ(value(fresh, "zenzefi_active_tokens"), 0);
}

TEST(ServiceMetrics, SayThatPostgresIsAwayAndNothingElseOfIt) {
  auto settings = migrated_database();
  settings.port = 1;
  infra::PostgresDatabase database{settings};
  MemoryGrantCache cache;
  commands::ServiceMetrics metrics;
  EXPECT_EQ(metrics.look(database, cache), commands::ServiceMetrics::kRetry);
  EXPECT_EQ(value(metrics, "zenzefi_postgres_up"), 0);
  EXPECT_EQ(value(metrics, "zenzefi_redis_up"), 1);
  EXPECT_EQ(value(metrics, "zenzefi_outbox_rows"), std::nullopt);
  EXPECT_EQ(value(metrics, "zenzefi_active_tokens"), std::nullopt);
}

}  // namespace
}  // namespace zenzefi::test
