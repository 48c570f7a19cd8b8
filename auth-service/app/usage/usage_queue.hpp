// Usage on its way from nginx, as one of its consumers sees it: every batch is handed out until it
// is acknowledged.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/error.hpp"
#include "domain/proxy_session.hpp"
#include "shared/usage.hpp"

namespace zenzefi::app {

struct UsageBatch {
  Uuid writer;
  std::uint64_t sequence = 0;
  std::vector<UsageDelta> deltas;
};

struct UsageEntry {
  std::string id;
  std::optional<UsageBatch> batch;  // empty: it cannot be read
};

// For one thread. Fails with kUnavailable only.
class UsageQueue {
 public:
  UsageQueue() = default;
  UsageQueue(const UsageQueue&) = delete;
  UsageQueue& operator=(const UsageQueue&) = delete;
  virtual ~UsageQueue() = default;

  // First what was handed to this consumer before and not acknowledged, then what another one left
  // behind, then what is new: waits so long for that.
  virtual domain::Result<std::vector<UsageEntry>> take(std::chrono::milliseconds wait) = 0;

  // They are counted, and nobody needs them any more.
  virtual domain::Result<void> acknowledge(std::span<const UsageEntry> entries) = 0;

  // When the oldest of all that is not acknowledged, by anybody, came in; none: nothing waits.
  virtual domain::Result<std::optional<Timestamp>> oldest() = 0;

  // Shows the sessions as `proxy_session:{id}` for as long as they may be idle.
  virtual domain::Result<void> show(std::span<const domain::ProxySession> sessions) = 0;
};

}  // namespace zenzefi::app
