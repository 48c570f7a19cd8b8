#include "status/names.hpp"
#include "status/report.hpp"
#include "status/text.hpp"

namespace zenzefi::gateway {
namespace {

class Page {
 public:
  // Before the figures of one name.
  void announce(std::string_view name, std::string_view type, std::string_view help) {
    text_.append("# HELP access_token_").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE access_token_").append(name).append(" ").append(type).append("\n");
  }
  void figure(std::string_view name, std::string_view labels, std::string_view value) {
    text_.append("access_token_").append(name);
    if (!labels.empty()) {
      text_.append("{").append(labels).append("}");
    }
    text_.append(" ").append(value).append("\n");
  }
  void figure(std::string_view name, std::string_view labels, std::uint64_t value) {
    figure(name, labels, std::to_string(value));
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    announce(name, "gauge", help);
    figure(name, {}, value);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    announce(name, "counter", help);
    figure(name, {}, value);
  }
  void histogram(const std::string& name, const std::string& label,
                 const Histogram::Snapshot& times) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
      sum += times.buckets[i];
      std::string bucket = label;
      bucket.append(",le=\"")
          .append(i < Histogram::kBounds.size() ? seconds_text(Histogram::kBounds[i]) : "+Inf")
          .append("\"");
      figure(name + "_bucket", bucket, sum);
    }
    figure(name + "_sum", label, seconds_text(times.nanoseconds));
    figure(name + "_count", label, sum);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string label(std::string_view name, std::string_view value) {
  std::string text{name};
  return text.append("=\"").append(value).append("\"");
}

void decisions(Page& page, const MetricsSnapshot& counted) {
  constexpr std::string_view kName = "decisions_total";
  page.announce(kName, "counter", "Decisions about requests.");
  for_each_decision(counted, [&](const DecisionFigure& figure) {
    page.figure(kName,
                label("mode", figure.mode) + "," + label("result", result_name(figure.verdict)) +
                    "," + label("reason", reason_name(figure.verdict)) + "," +
                    label("cache", origin_name(figure.origin)),
                figure.count);
  });
}

void counters(Page& page, const MetricsSnapshot& counted) {
  for (const CounterName& named : kCounterNames) {
    page.counter(std::string{named.name} + "_total", named.help, counted.counter(named.counter));
  }
  page.announce("cut_total", "counter", "Requests under way that were ended with their token.");
  for (const CutName& cut : kCutNames) {
    page.figure("cut_total", label("reason", reason_name(cut.reason)),
                counted.counter(cut.counter));
  }
}

template <typename Timings>
void timings(Page& page, const MetricsSnapshot& counted, const std::string& name,
             std::string_view help, std::string_view by, const Timings& which) {
  page.announce(name, "histogram", help);
  for (const Timing timing : which) {
    page.histogram(name, label(by, timing_name(timing)),
                   counted.timings[static_cast<std::size_t>(timing)]);
  }
}

void usage(Page& page, const StatusReport& report) {
  page.announce("slots", "gauge", "Entries that L1 has room for.");
  page.figure("slots", label("table", "grants"), report.grants.slots);
  page.figure("slots", label("table", "refusals"), report.refusals.slots);
  page.announce("slots_used", "gauge", "Entries in L1.");
  page.figure("slots_used", label("table", "grants"), report.grants.slots_used);
  page.figure("slots_used", label("table", "refusals"), report.refusals.slots_used);
  page.announce("evictions_total", "counter", "Entries that made room for others.");
  page.figure("evictions_total", label("table", "grants"), report.grants.evicted);
  page.figure("evictions_total", label("table", "refusals"), report.refusals.evicted);
}

}  // namespace

std::string to_prometheus(const StatusReport& report) {
  Page page;
  const MetricsSnapshot& counted = report.counted;
  decisions(page, counted);
  counters(page, counted);
  timings(page, counted, "lookup_seconds",
          "Time to a decision; of those from L1 one in 64 is measured.", "cache", kLookupTimings);
  timings(page, counted, "revocation_seconds",
          "From a revocation until L1 had dropped the token, and until its requests were cut.",
          "until", kRevocationTimings);
  usage(page, report);
  page.gauge("workers", "Worker processes, those that are ending included.", counted.workers);
  page.gauge("redis_links", "Of these, with a link to Redis that stands.", counted.workers_linked);
  page.gauge("requests_open", "Requests under way that would end with their token.",
             counted.requests_open);
  page.gauge("breaker_open", "Whether the auth service is being left alone.",
             report.breaker_open ? 1 : 0);
  page.counter("connections_not_counted_total",
               "Requests access_token_connections had no room for.",
               report.connections_not_counted);
  if (report.was_fed) {
    page.announce("feed_age_seconds", "gauge", "Since L1 was last known to be up to date.");
    page.figure("feed_age_seconds", {}, seconds_text(report.feed_age));
  }
  return page.take();
}

}  // namespace zenzefi::gateway
