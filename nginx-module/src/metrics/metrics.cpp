#include "metrics/metrics.hpp"

namespace zenzefi::gateway {
namespace {

std::uint64_t read(const MetricsWords::Word& word) noexcept {
  return word.load(std::memory_order_relaxed);
}

void add(const MetricsWords::Stripe& stripe, MetricsSnapshot& to) noexcept {
  for (std::size_t i = 0; i < to.decisions.size(); ++i) {
    to.decisions[i] += read(stripe.decisions[i]);
  }
  for (std::size_t i = 0; i < to.counters.size(); ++i) {
    to.counters[i] += read(stripe.counters[i]);
  }
  for (std::size_t i = 0; i < to.timings.size(); ++i) {
    Histogram::add(stripe.timings[i], to.timings[i]);
  }
}

template <typename Visit>
void for_each_worker(const MetricsWords& words, const ProcessTable& processes, Visit&& visit) {
  for (std::size_t place = 0; place < processes.ever_used(); ++place) {
    const auto process = processes.at(place);
    if (process && !process->is_gone()) {
      visit(words.gauges[place]);
    }
  }
}

}  // namespace

MetricsSnapshot snapshot_of(const MetricsWords& words, const ProcessTable& processes) noexcept {
  MetricsSnapshot snapshot;
  for (const MetricsWords::Stripe& stripe : words.stripes) {
    add(stripe, snapshot);
  }
  for_each_worker(words, processes, [&](const MetricsWords::Gauges& gauges) {
    ++snapshot.workers;
    snapshot.workers_linked += read(gauges.linked);
    snapshot.requests_open += read(gauges.requests_open);
  });
  return snapshot;
}

bool all_linked(const MetricsWords& words, const ProcessTable& processes) noexcept {
  bool all = true;
  for_each_worker(words, processes, [&](const MetricsWords::Gauges& gauges) {
    all = all && read(gauges.linked) != 0;
  });
  return all;
}

}  // namespace zenzefi::gateway
