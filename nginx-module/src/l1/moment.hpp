// The time base of shared memory: what all processes of one machine agree on and nobody can set.
#pragma once

#include <chrono>
#include <cstdint>

namespace zenzefi::gateway {

// Milliseconds of CLOCK_MONOTONIC, which is what nginx's ngx_current_msec counts too. A cached time
// is earlier than the real one; the functions that take a Moment say where that is not harmless.
using Moment = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

// As a word of shared memory holds it, and back.
[[nodiscard]] constexpr std::uint64_t milliseconds_of(Moment moment) noexcept {
  return static_cast<std::uint64_t>(moment.time_since_epoch().count());
}

[[nodiscard]] constexpr Moment moment_of(std::uint64_t milliseconds) noexcept {
  return Moment{std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)}};
}

}  // namespace zenzefi::gateway
