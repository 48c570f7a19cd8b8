// The time base of shared memory: what all processes of one machine agree on and nobody can set.
#pragma once

#include <chrono>

namespace zenzefi::gateway {

// Milliseconds of CLOCK_MONOTONIC, which is what nginx's ngx_current_msec counts too. A cached time
// is earlier than the real one; the functions that take a Moment say where that is not harmless.
using Moment = std::chrono::time_point<std::chrono::steady_clock, std::chrono::milliseconds>;

}  // namespace zenzefi::gateway
