// What one nginx worker process holds while it runs: its connections to Redis and the
// look-ups under way.
#pragma once

#include <memory>

#include "config.hpp"
#include "l1/cache.hpp"
#include "memory/huge_view.hpp"
#include "metrics/metrics.hpp"
#include "timer.hpp"

namespace zenzefi::gateway {

class Limits;
class Lookups;
class RateReport;
class Streams;
class UsageMeter;
namespace redis {
class Link;
}

// Used within one worker process, from its event loop.
class Worker {
 public:
  // `conf` must outlive it. `l1` lies in `memory`.
  Worker(const MainConf& conf, std::unique_ptr<HugeView> memory, L1Cache l1);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Null in processes that serve no requests, and when no location is guarded.
  [[nodiscard]] static Worker* current() noexcept;

  [[nodiscard]] Metrics& metrics() noexcept { return metrics_; }
  [[nodiscard]] Lookups& lookups() noexcept { return *lookups_; }
  [[nodiscard]] Streams& streams() noexcept { return *streams_; }
  [[nodiscard]] Limits& limits() noexcept { return *limits_; }
  // Null where no location counts it.
  [[nodiscard]] UsageMeter* usage() noexcept { return usage_.get(); }

 private:
  static void collapse(void* worker) noexcept;

  std::unique_ptr<HugeView> memory_;  // all others use it: goes last
  // A worker's start does not wait for huge pages: its predecessors leave when they see it.
  Timer collapsing_;
  Metrics metrics_;
  std::unique_ptr<redis::Link> link_;        // null without access_token_redis
  std::unique_ptr<Lookups> lookups_;         // uses link_: goes first
  std::unique_ptr<RateReport> rate_report_;  // null likewise; uses link_
  std::unique_ptr<Limits> limits_;           // uses rate_report_
  std::unique_ptr<Streams> streams_;         // uses both
  std::unique_ptr<UsageMeter> usage_;
};

// nginx's hooks: when a process that serves requests starts, and when it ends.
ngx_int_t init_worker(ngx_cycle_t* cycle) noexcept;
void exit_worker(ngx_cycle_t* cycle) noexcept;

}  // namespace zenzefi::gateway
