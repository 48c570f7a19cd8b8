#include "http/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace zenzefi::http {
namespace {

Exchange exchange(Method method, std::string_view route, int status) {
  return {"id", method, route, status, std::chrono::milliseconds{3}, {}};
}

bool contains(const std::string& text, std::string_view line) {
  return text.find(line) != std::string::npos;
}

TEST(Metrics, ShowsWhatOthersKnow) {
  const Metrics metrics;
  const WorkerPools pools{{.general_workers = 1, .password_workers = 1, .check_workers = 1}};
  const std::string text =
      metrics.text(pools, {},
                   {{Sample::Type::kCounter, "sold_total", "Sold", {{"what", "bread"}}, 2},
                    {Sample::Type::kCounter, "sold_total", "Sold", {{"what", "milk"}}, 3},
                    {Sample::Type::kGauge, "open", "Whether it is open", {}, 1}});
  EXPECT_TRUE(contains(text,
                       "# TYPE sold_total counter\nsold_total{what=\"bread\"} 2\n"
                       "sold_total{what=\"milk\"} 3\n"))
      << text;
  EXPECT_TRUE(contains(text, "# HELP open Whether it is open\n# TYPE open gauge\nopen 1\n"))
      << text;
}

TEST(Metrics, CountsByMethodRouteAndStatus) {
  Metrics metrics;
  metrics.record(exchange(Method::kGet, "/a/{id}", 200));
  metrics.record(exchange(Method::kGet, "/a/{id}", 200));
  metrics.record(exchange(Method::kGet, "/a/{id}", 404));
  metrics.record(exchange(Method::kPost, kNoRoute, 404));
  WorkerPools pools{{.general_workers = 1, .password_workers = 1, .check_workers = 1}};
  const std::string text = metrics.text(pools, {{"public", 7}});
  EXPECT_TRUE(
      contains(text, R"(zenzefi_http_requests_total{method="GET",route="/a/{id}",status="200"} 2)"))
      << text;
  EXPECT_TRUE(contains(
      text, R"(zenzefi_http_requests_total{method="GET",route="/a/{id}",status="404"} 1)"));
  EXPECT_TRUE(
      contains(text, R"(zenzefi_http_requests_total{method="POST",route="-",status="404"} 1)"));
  EXPECT_TRUE(contains(text, R"(zenzefi_http_request_duration_seconds_count{route="/a/{id}"} 3)"));
  EXPECT_TRUE(contains(
      text, R"(zenzefi_http_request_duration_seconds_bucket{route="/a/{id}",le="0.0025"} 0)"));
  EXPECT_TRUE(contains(
      text, R"(zenzefi_http_request_duration_seconds_bucket{route="/a/{id}",le="0.005"} 3)"));
  EXPECT_TRUE(contains(text, R"(zenzefi_http_connections{listener="public"} 7)"));
  for (const char* pool : {"general", "password", "check"}) {
    EXPECT_TRUE(contains(text, std::string{"zenzefi_pool_queue_depth{pool=\""} + pool + "\"} 0"));
    EXPECT_TRUE(contains(text, std::string{"zenzefi_pool_refused_total{pool=\""} + pool + "\"} 0"));
  }
}

TEST(Metrics, CountsExactlyFromManyThreads) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 1000; ++n) {
          metrics.record(exchange(Method::kGet, "/x", 200 + n % 3));
        }
      });
    }
  }
  WorkerPools pools{{.general_workers = 1, .password_workers = 1, .check_workers = 1}};
  EXPECT_TRUE(contains(metrics.text(pools, {}),
                       R"(zenzefi_http_request_duration_seconds_count{route="/x"} 4000)"));
}

}  // namespace
}  // namespace zenzefi::http
