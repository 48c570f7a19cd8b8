#include "worker.hpp"

#include <utility>

#include "entry.hpp"
#include "limit_access.hpp"
#include "lookup/lookups.hpp"
#include "rate_report.hpp"
#include "redis/link.hpp"
#include "shared_zone.hpp"
#include "streams/streams.hpp"
#include "usage/usage_meter.hpp"

namespace zenzefi::gateway {
namespace {

// A huge page takes a millisecond or a few, and requests shall not feel it.
constexpr ngx_msec_t kCollapsePause = 10;

// nginx runs one worker in a process, and nothing else in it can carry this.
std::unique_ptr<Worker> current_worker;

// What is not started denies every request, so nginx itself goes on.
ngx_int_t start(ngx_cycle_t* cycle, const MainConf& conf) {
  const std::span<std::byte> area = area_of(*conf.shm_zone);
  auto memory = std::make_unique<HugeView>(area.data(), area.size());
  const auto l1 = L1Cache::adopt(memory->data(), area.size());
  if (!l1) {
    ngx_log_error(NGX_LOG_ALERT, cycle->log, 0, "access token zone \"%V\" cannot be used",
                  &conf.zone.name);
    return NGX_OK;
  }
  current_worker = std::make_unique<Worker>(conf, std::move(memory), *l1);
  return NGX_OK;
}

}  // namespace

Worker::Worker(const MainConf& conf, std::unique_ptr<HugeView> memory, L1Cache l1)
    : memory_(std::move(memory)),
      collapsing_(this, &Worker::collapse, TimerKind::kIdle),
      metrics_(l1.metrics(), ngx_worker),
      link_(conf.redis().empty() ? nullptr
                                 : std::make_unique<redis::Link>(conf.redis(), l1, metrics_)),
      lookups_(std::make_unique<Lookups>(l1, conf.zone, link_.get(), metrics_)),
      rate_report_(link_ == nullptr
                       ? nullptr
                       : std::make_unique<RateReport>(l1.rates(), conf.rates_by_user(), *link_)),
      limits_(std::make_unique<Limits>(l1, rate_report_.get())),
      streams_(std::make_unique<Streams>(l1, conf.zone, *lookups_, link_.get(), metrics_)),
      usage_(conf.counts_usage ? std::make_unique<UsageMeter>(conf.redis(), metrics_) : nullptr) {
  metrics_.sits_at(limits_->place());
  collapsing_.start(kCollapsePause);
}

Worker::~Worker() = default;

void Worker::collapse(void* worker) noexcept {
  auto& self = *static_cast<Worker*>(worker);
  if (self.memory_->collapse_next()) {
    self.collapsing_.start(kCollapsePause);
  }
}

Worker* Worker::current() noexcept {
  return current_worker.get();
}

ngx_int_t init_worker(ngx_cycle_t* cycle) noexcept {
  const bool serves = ngx_process == NGX_PROCESS_WORKER || ngx_process == NGX_PROCESS_SINGLE;
  const MainConf* conf = main_conf(*cycle);
  if (!serves || conf == nullptr || !conf->used) {
    return NGX_OK;
  }
  return guarded<ngx_int_t>(NGX_ERROR, [&] { return start(cycle, *conf); });
}

void exit_worker(ngx_cycle_t* /*cycle*/) noexcept {
  current_worker.reset();
}

}  // namespace zenzefi::gateway
