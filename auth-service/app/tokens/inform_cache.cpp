#include "app/tokens/inform_cache.hpp"

#include <utility>

namespace zenzefi::app {

domain::Result<InformCache::Output> InformCache::run() {
  auto restored = restore_.run();
  if (!restored) {
    return tl::unexpected{std::move(restored.error())};
  }
  auto delivered = deliver_.run();
  if (!delivered) {
    return tl::unexpected{std::move(delivered.error())};
  }
  const Output output{*restored, delivered->delivered,
                      delivered->delivered == DeliverInvalidations::kBatch};
  if (!delivered->complete) {
    return output;
  }
  auto was_there = cache_.confirm_delivery();
  if (!was_there) {
    return tl::unexpected{std::move(was_there.error())};
  }
  if (!*was_there) {
    // Emptied while it ran, and with the rest went tombstones that a late fill may meet.
    restore_.forget();
  }
  return output;
}

}  // namespace zenzefi::app
