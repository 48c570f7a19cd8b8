// Reads the record of a token again when it has changed. A tombstone says when the token was
// revoked, and so how long that took to arrive; a grant goes back to L1, which the change has
// emptied of it.
#pragma once

#include <chrono>

#include "l1/cache.hpp"
#include "metrics/metrics.hpp"
#include "redis/link.hpp"
#include "shared/token.hpp"

namespace zenzefi::gateway {

// Used from one worker's event loop only.
class RevocationMeter {
 public:
  // `link` is null without Redis. Both outlive this object.
  RevocationMeter(L1Cache l1, Metrics& metrics, redis::Link* link) noexcept
      : l1_(l1), metrics_(metrics), link_(link) {}
  RevocationMeter(const RevocationMeter&) = delete;
  RevocationMeter& operator=(const RevocationMeter&) = delete;

  // What `timing` says has been done just now, for a token whose record has changed. It is recorded
  // if the record turns out to be a tombstone that says since when.
  void done(const TokenHash& hash, Timing timing) noexcept;

 private:
  struct Measurement;
  static void on_record(void* measurement, const redis::Record& record) noexcept;

  L1Cache l1_;
  Metrics& metrics_;
  redis::Link* link_;
};

}  // namespace zenzefi::gateway
