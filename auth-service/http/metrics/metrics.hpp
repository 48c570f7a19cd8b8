// What the service counts, in Prometheus's text format.
//
//   zenzefi_http_requests_total{method,route,status}       counter
//   zenzefi_http_request_duration_seconds{route}           histogram, waiting in the queue included
//   zenzefi_http_connections{listener}                     gauge
//   zenzefi_pool_queue_depth{pool}                         gauge: requests waiting for a worker
//   zenzefi_pool_refused_total{pool}                       counter: 503 because the queue was
//   full//   and whatever a SampleSource has
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/application.hpp"
#include "http/exchange.hpp"
#include "http/metrics/sample.hpp"

namespace zenzefi::http {

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

// Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void record(const Exchange& exchange) noexcept;

  using Connections = std::vector<std::pair<std::string, std::size_t>>;  // by listener
  [[nodiscard]] std::string text(const WorkerPools& pools, const Connections& connections,
                                 const std::vector<Sample>& samples = {}) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zenzefi::http
