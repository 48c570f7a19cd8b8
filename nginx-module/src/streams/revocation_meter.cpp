#include "streams/revocation_meter.hpp"

#include <memory>
#include <new>

#include "shared/grant.hpp"

namespace zenzefi::gateway {

// Belongs to the query under way. Queries end before the worker's metrics do.
struct RevocationMeter::Measurement {
  Metrics& metrics;
  Timing timing;
  std::chrono::system_clock::time_point at;
};

void RevocationMeter::done(const TokenHash& hash, Timing timing) noexcept {
  if (link_ == nullptr) {
    return;
  }
  std::unique_ptr<Measurement> measurement{
      new (std::nothrow) Measurement{metrics_, timing, std::chrono::system_clock::now()}};
  if (measurement != nullptr &&
      link_->get(hash, &RevocationMeter::on_record, measurement.get()) != nullptr) {
    static_cast<void>(measurement.release());  // on_record() has it
  }
}

void RevocationMeter::on_record(void* measurement, const redis::Record& record) noexcept {
  const std::unique_ptr<Measurement> done{static_cast<Measurement*>(measurement)};
  if (record.kind != redis::Record::Kind::kPresent) {
    return;
  }
  const auto known = parse_grant_record(record.value);
  const Tombstone* tombstone = known ? std::get_if<Tombstone>(&*known) : nullptr;
  if (tombstone != nullptr && tombstone->revoked_at) {
    done->metrics.took(done->timing, done->at - *tombstone->revoked_at);
  }
}

}  // namespace zenzefi::gateway
