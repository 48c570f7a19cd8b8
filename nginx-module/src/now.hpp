// The time, in the two forms the module reckons with.
#pragma once

#include "l1/moment.hpp"
#include "ngx.hpp"
#include "shared/timestamp.hpp"

namespace zenzefi::gateway {

// Cached by nginx when the event loop last woke up; costs nothing.
[[nodiscard]] inline Timestamp cached_time() noexcept {
  return Timestamp{std::chrono::seconds{ngx_time()}};
}
[[nodiscard]] inline Moment cached_moment() noexcept {
  return Moment{std::chrono::milliseconds{ngx_current_msec}};
}

// Read from the clock.
[[nodiscard]] inline Moment exact_moment() noexcept {
  return std::chrono::time_point_cast<Moment::duration>(std::chrono::steady_clock::now());
}

}  // namespace zenzefi::gateway
