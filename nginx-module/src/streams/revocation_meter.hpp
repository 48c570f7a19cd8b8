// How long revocations take to arrive: reads a revoked token's tombstone, which says when it was
// revoked.
#pragma once

#include <chrono>

#include "metrics/metrics.hpp"
#include "redis/link.hpp"
#include "shared/token.hpp"

namespace zenzefi::gateway {

// Used from one worker's event loop only.
class RevocationMeter {
 public:
  // `link` is null without Redis. Both outlive this object.
  RevocationMeter(Metrics& metrics, redis::Link* link) noexcept : metrics_(metrics), link_(link) {}
  RevocationMeter(const RevocationMeter&) = delete;
  RevocationMeter& operator=(const RevocationMeter&) = delete;

  // What `timing` says has been done just now, for a token whose record has changed. It is recorded
  // if the record turns out to be a tombstone that says since when.
  void done(const TokenHash& hash, Timing timing) noexcept;

 private:
  struct Measurement;
  static void on_record(void* measurement, const redis::Record& record) noexcept;

  Metrics& metrics_;
  redis::Link* link_;
};

}  // namespace zenzefi::gateway
