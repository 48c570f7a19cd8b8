// When the auth service is left alone.
#pragma once

#include "l1/breaker.hpp"

namespace zenzefi::gateway {

inline constexpr Breaker::Limits kBreakerLimits{};

}  // namespace zenzefi::gateway
