#include "http/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <shared_mutex>
#include <tuple>

namespace zenzefi::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Seconds: from a hit in PostgreSQL's cache to the time-out of a statement.
const prometheus::Histogram::BucketBoundaries kBucketBounds{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0};

ClientMetric labelled(const std::string& name, const std::string& value) {
  ClientMetric metric;
  metric.label.push_back({name, value});
  return metric;
}

MetricFamily family(std::string name, std::string help, MetricType type) {
  MetricFamily family;
  family.name = std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

void append_pools(std::vector<MetricFamily>& families, const WorkerPools& pools) {
  MetricFamily depth =
      family("zenzefi_pool_queue_depth", "Requests waiting for a worker", MetricType::Gauge);
  MetricFamily refused = family("zenzefi_pool_refused_total",
                                "Requests refused because the queue was full", MetricType::Counter);
  for (const RequestPool* pool : pools.all()) {
    depth.metric.push_back(labelled("pool", pool->name()));
    depth.metric.back().gauge.value = static_cast<double>(pool->queued());
    refused.metric.push_back(labelled("pool", pool->name()));
    refused.metric.back().counter.value = static_cast<double>(pool->refused());
  }
  families.push_back(std::move(depth));
  families.push_back(std::move(refused));
}

void append_connections(std::vector<MetricFamily>& families,
                        const Metrics::Connections& connections) {
  MetricFamily open = family("zenzefi_http_connections", "Open connections", MetricType::Gauge);
  for (const auto& [listener, count] : connections) {
    open.metric.push_back(labelled("listener", listener));
    open.metric.back().gauge.value = static_cast<double>(count);
  }
  families.push_back(std::move(open));
}

void append_samples(std::vector<MetricFamily>& families, const std::vector<Sample>& samples) {
  for (const Sample& sample : samples) {
    const bool is_counter = sample.type == Sample::Type::kCounter;
    if (families.back().name != sample.name) {
      families.push_back(
          family(sample.name, sample.help, is_counter ? MetricType::Counter : MetricType::Gauge));
    }
    ClientMetric metric;
    for (const auto& [name, value] : sample.labels) {
      metric.label.push_back({name, value});
    }
    (is_counter ? metric.counter.value : metric.gauge.value) = sample.value;
    families.back().metric.push_back(std::move(metric));
  }
}

}  // namespace

class Metrics::Impl {
 public:
  Impl()
      : requests_(prometheus::BuildCounter()
                      .Name("zenzefi_http_requests_total")
                      .Help("Requests answered")
                      .Register(registry_)),
        durations_(prometheus::BuildHistogram()
                       .Name("zenzefi_http_request_duration_seconds")
                       .Help("From a request's last byte to its answer")
                       .Register(registry_)) {}

  void record(const Exchange& exchange) {
    const Series series = find(exchange);
    series.requests->Increment();
    series.durations->Observe(std::chrono::duration<double>(exchange.duration).count());
  }

  [[nodiscard]] std::vector<MetricFamily> collect() const { return registry_.Collect(); }

 private:
  struct Series {
    prometheus::Counter* requests = nullptr;
    prometheus::Histogram* durations = nullptr;
  };
  using Key = std::tuple<std::string_view, Method, int>;
  using OwnedKey = std::tuple<std::string, Method, int>;
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      const Key left{a};
      return left < Key{b};
    }
  };

  // Routes, methods and statuses are few, so the map stops growing soon after the start.
  Series find(const Exchange& exchange) {
    {
      const std::shared_lock lock{mutex_};
      const auto found = series_.find(Key{exchange.route, exchange.method, exchange.status});
      if (found != series_.end()) {
        return found->second;
      }
    }
    const std::string route{exchange.route};
    Series series;
    series.requests = &requests_.Add({{"method", std::string{to_string(exchange.method)}},
                                      {"route", route},
                                      {"status", std::to_string(exchange.status)}});
    series.durations = &durations_.Add({{"route", route}}, kBucketBounds);
    const std::unique_lock lock{mutex_};
    series_.emplace(OwnedKey{route, exchange.method, exchange.status}, series);
    return series;
  }

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  std::shared_mutex mutex_;
  std::map<OwnedKey, Series, Less> series_;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}

Metrics::~Metrics() = default;

void Metrics::record(const Exchange& exchange) noexcept {
  try {
    impl_->record(exchange);
  } catch (const std::exception&) {
    // Out of memory: the answer matters more than its place in the statistics.
  }
}

std::string Metrics::text(const WorkerPools& pools, const Connections& connections,
                          const std::vector<Sample>& samples) const {
  std::vector<MetricFamily> families = impl_->collect();
  append_pools(families, pools);
  append_connections(families, connections);
  append_samples(families, samples);
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace zenzefi::http
