// /health
#include "api_test.hpp"

namespace zenzefi::test {
namespace {

using HealthApi = ApiTest;

TEST_F(HealthApi, AllIsWell) {
  const auto response = call("GET", "/health");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"status":"ok","version":"1.2.3","checks":{"postgres":"ok","redis":"ok"}})");
  EXPECT_EQ(call("GET", "/api/v1/health").body, response.body);
}

TEST_F(HealthApi, WithoutRedisItServes) {
  cache.is_down = true;
  const auto response = call("GET", "/health");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Json{response.body}.text("/status"), "degraded");
  EXPECT_EQ(Json{response.body}.text("/checks/redis"), "unavailable");
}

TEST_F(HealthApi, WithoutPostgresItCannotServe) {
  database.is_down = true;
  const auto response = call("GET", "/health");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(header_of(response, "Retry-After"), "1");
  EXPECT_EQ(detail_of(response), "postgres is unavailable");
  EXPECT_EQ(Json{response.body}.text("/checks/postgres"), "unavailable");
  EXPECT_EQ(call("GET", "/health/live").status, 200) << "the process runs all the same";
}

}  // namespace
}  // namespace zenzefi::test
