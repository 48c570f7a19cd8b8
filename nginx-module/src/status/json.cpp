#include "status/names.hpp"
#include "status/report.hpp"
#include "status/text.hpp"

namespace zenzefi::gateway {
namespace {

// Names and values are of our own making: nothing needs to be escaped.
std::string quoted(std::string_view text) {
  return std::string{"\""}.append(text).append("\"");
}

std::string field(std::string_view name, std::string_view value) {
  return quoted(name).append(": ").append(value);
}

std::string field(std::string_view name, std::uint64_t value) {
  return field(name, std::to_string(value));
}

std::string flag(std::string_view name, bool value) {
  return field(name, value ? "true" : "false");
}

class List {
 public:
  explicit List(char open) : text_(1, open), close_(open == '{' ? '}' : ']') {}

  List& add(std::string_view item) {
    if (text_.size() > 1) {
      text_ += ", ";
    }
    text_ += item;
    return *this;
  }
  [[nodiscard]] std::string end() { return text_ + close_; }

 private:
  std::string text_;
  char close_;
};

std::string decisions(const MetricsSnapshot& counted) {
  List list{'['};
  for_each_decision(counted, [&](const DecisionFigure& figure) {
    List item{'{'};
    item.add(field("mode", quoted(figure.mode)))
        .add(field("result", quoted(result_name(figure.verdict))))
        .add(field("reason", quoted(reason_name(figure.verdict))))
        .add(field("cache", quoted(origin_name(figure.origin))))
        .add(field("count", figure.count));
    list.add(item.end());
  });
  return list.end();
}

std::string cuts(const MetricsSnapshot& counted) {
  List list{'{'};
  for (const CutName& cut : kCutNames) {
    list.add(field(reason_name(cut.reason), counted.counter(cut.counter)));
  }
  return list.end();
}

// Counts by upper bound, as they are and not summed up.
std::string histogram(const Histogram::Snapshot& times) {
  List buckets{'['};
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < Histogram::kBuckets; ++i) {
    count += times.buckets[i];
    const std::string bound =
        i < Histogram::kBounds.size() ? seconds_text(Histogram::kBounds[i]) : "null";
    buckets.add(List{'['}.add(bound).add(std::to_string(times.buckets[i])).end());
  }
  return List{'{'}
      .add(field("count", count))
      .add(field("sum", seconds_text(times.nanoseconds)))
      .add(field("buckets", buckets.end()))
      .end();
}

template <typename Timings>
std::string timings(const MetricsSnapshot& counted, const Timings& which) {
  List list{'{'};
  for (const Timing timing : which) {
    list.add(
        field(timing_name(timing), histogram(counted.timings[static_cast<std::size_t>(timing)])));
  }
  return list.end();
}

std::string usage(const Usage& usage) {
  return List{'{'}
      .add(field("slots", usage.slots))
      .add(field("used", usage.slots_used))
      .add(field("evicted", usage.evicted))
      .end();
}

}  // namespace

std::string to_json(const StatusReport& report) {
  const MetricsSnapshot& counted = report.counted;
  List page{'{'};
  page.add(field("decisions", decisions(counted)));
  for (const CounterName& named : kCounterNames) {
    page.add(field(named.name, counted.counter(named.counter)));
  }
  page.add(field("cut", cuts(counted)))
      .add(field("lookup_seconds", timings(counted, kLookupTimings)))
      .add(field("revocation_seconds", timings(counted, kRevocationTimings)))
      .add(field("grants", usage(report.grants)))
      .add(field("refusals", usage(report.refusals)))
      .add(field("workers", counted.workers))
      .add(field("redis_links", counted.workers_linked))
      .add(field("requests_open", counted.requests_open))
      .add(flag("breaker_open", report.breaker_open))
      .add(field("connections_not_counted", report.connections_not_counted))
      .add(field("feed_age_seconds", report.was_fed ? seconds_text(report.feed_age) : "null"));
  return page.end() + "\n";
}

}  // namespace zenzefi::gateway
