// The module's state at a moment, as text.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "l1/cache.hpp"
#include "metrics/metrics.hpp"

namespace zenzefi::gateway {

struct StatusReport {
  MetricsSnapshot counted;
  Usage grants;
  Usage refusals;
  std::uint64_t connections_not_counted = 0;
  // Since everything was last known to be up to date; without meaning if it never was.
  std::chrono::milliseconds feed_age{0};
  bool was_fed = false;
  bool breaker_open = false;
};

// https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4
[[nodiscard]] std::string to_prometheus(const StatusReport& report);
// The same figures, times in seconds.
[[nodiscard]] std::string to_json(const StatusReport& report);

}  // namespace zenzefi::gateway
