#include "streams/revocation_meter.hpp"

#include <memory>
#include <new>

#include "now.hpp"
#include "shared/grant.hpp"

namespace zenzefi::gateway {

// Belongs to the query under way. With the meter gone no answer but that of a lost link comes.
struct RevocationMeter::Measurement {
  RevocationMeter& meter;
  TokenHash hash;
  Ticket ticket;  // of the look-up that this is, too
  Timing timing;
  std::chrono::system_clock::time_point at;
};

void RevocationMeter::done(const TokenHash& hash, Timing timing) noexcept {
  if (link_ == nullptr) {
    return;
  }
  std::unique_ptr<Measurement> measurement{new (std::nothrow) Measurement{
      *this, hash, l1_.begin(hash, cached_moment()), timing, std::chrono::system_clock::now()}};
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
  if (!known) {
    return;
  }
  RevocationMeter& meter = done->meter;
  if (const auto* tombstone = std::get_if<Tombstone>(&*known)) {
    if (tombstone->revoked_at) {
      meter.metrics_.took(done->timing, done->at - *tombstone->revoked_at);
    }
  } else if (const auto* grant = std::get_if<Grant>(&*known);
             grant != nullptr && meter.link_->is_informed() && !grant->expired_at(cached_time())) {
    meter.l1_.put_grant(done->hash, *grant, done->ticket, cached_time(), cached_moment());
  }
}

}  // namespace zenzefi::gateway
