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

}  // namespace

MetricsSnapshot snapshot_of(const MetricsWords& words, const ProcessTable& processes) noexcept {
  MetricsSnapshot snapshot;
  for (const MetricsWords::Stripe& stripe : words.stripes) {
    add(stripe, snapshot);
  }
  for (std::size_t place = 0; place < processes.ever_used(); ++place) {
    const auto process = processes.at(place);
    if (process && !process->is_gone()) {
      ++snapshot.workers;
      snapshot.workers_linked += read(words.gauges[place].linked);
      snapshot.requests_open += read(words.gauges[place].requests_open);
    }
  }
  return snapshot;
}

}  // namespace zenzefi::gateway
