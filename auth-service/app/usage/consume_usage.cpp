#include "app/usage/consume_usage.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace zenzefi::app {
namespace {

using Sessions = std::vector<domain::ProxySession>;

// Deltas of several batches, added up: one for each session, so that each is written once.
class Tally {
 public:
  Tally(ProxySessionStore& store, Timestamp now) : store_(store), now_(now) {}

  void add(const UsageDelta& delta) {
    const Key key{delta.token_id.bytes, delta.ip_address, delta.user_agent};
    const auto found = deltas_.find(key);
    if (found == deltas_.end()) {
      deltas_.emplace(key, delta);
      return;
    }
    if (delta.first_activity > found->second.last_activity + domain::kProxySessionIdle) {
      write();
      deltas_.emplace(key, delta);
      return;
    }
    merge(delta, found->second);
  }

  // The sessions written, those written last at the end.
  Sessions finish() {
    write();
    return std::move(sessions_);
  }

 private:
  using Key = std::tuple<decltype(Uuid::bytes), std::string, std::string>;

  static void merge(const UsageDelta& from, UsageDelta& into) {
    into.requests = std::min(into.requests + from.requests, kMaxUsageCount);
    into.bytes_in = std::min(into.bytes_in + from.bytes_in, kMaxUsageCount);
    into.bytes_out = std::min(into.bytes_out + from.bytes_out, kMaxUsageCount);
    into.first_activity = std::min(into.first_activity, from.first_activity);
    into.last_activity = std::max(into.last_activity, from.last_activity);
  }

  void write() {
    std::vector<UsageDelta> deltas;
    for (auto& [key, delta] : std::exchange(deltas_, {})) {
      deltas.push_back(std::move(delta));
      if (deltas.size() == kMaxUsageDeltas) {
        write(std::exchange(deltas, {}));
      }
    }
    if (!deltas.empty()) {
      write(deltas);
    }
  }

  void write(const std::vector<UsageDelta>& deltas) {
    auto written = store_.add(deltas, now_);
    sessions_.insert(sessions_.end(), std::make_move_iterator(written.begin()),
                     std::make_move_iterator(written.end()));
  }

  ProxySessionStore& store_;
  Timestamp now_;
  std::map<Key, UsageDelta> deltas_;
  Sessions sessions_;
};

}  // namespace

domain::Result<ConsumeUsage::Output> ConsumeUsage::run(std::chrono::milliseconds wait) {
  const auto entries = queue_.take(wait);
  if (!entries) {
    return tl::unexpected{entries.error()};
  }
  if (entries->empty()) {
    return Output{};
  }
  auto counted = count(*entries);
  if (!counted && counted.error().code == domain::ErrorCode::kInternal) {
    counted = count_one_by_one(*entries);
  }
  if (!counted) {
    return tl::unexpected{counted.error()};
  }
  counted->output.sessions = counted->sessions.size();
  // A session that is not shown now is shown at its next activity.
  static_cast<void>(queue_.show(counted->sessions));
  if (const auto done = queue_.acknowledge(*entries); !done) {
    return tl::unexpected{done.error()};
  }
  return counted->output;
}

domain::Result<ConsumeUsage::Counted> ConsumeUsage::count(std::span<const UsageEntry> entries) {
  return database_.run([&](Transaction& transaction) -> domain::Result<Counted> {
    ProxySessionStore& store = transaction.proxy_sessions();
    store.lock();
    const Timestamp now = clock_.now();
    Counted counted;
    Tally tally(store, now);
    for (const UsageEntry& entry : entries) {
      if (!entry.batch) {
        ++counted.output.discarded;
        continue;
      }
      if (!store.take_batch(entry.batch->writer, entry.batch->sequence, now)) {
        ++counted.output.repeated;
        continue;
      }
      ++counted.output.counted;
      for (const UsageDelta& delta : entry.batch->deltas) {
        tally.add(delta);
      }
    }
    counted.sessions = tally.finish();
    return counted;
  });
}

// One entry that the database refuses must not hold up all that come after it.
domain::Result<ConsumeUsage::Counted> ConsumeUsage::count_one_by_one(
    std::span<const UsageEntry> entries) {
  Counted all;
  for (const UsageEntry& entry : entries) {
    auto one = count({&entry, 1});
    if (!one && one.error().code != domain::ErrorCode::kInternal) {
      return one;
    }
    if (!one) {
      ++all.output.discarded;
      continue;
    }
    all.output.counted += one->output.counted;
    all.output.repeated += one->output.repeated;
    all.output.discarded += one->output.discarded;
    all.sessions.insert(all.sessions.end(), one->sessions.begin(), one->sessions.end());
  }
  return all;
}

}  // namespace zenzefi::app
