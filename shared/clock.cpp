#include "shared/clock.hpp"

namespace zenzefi {

Timestamp SystemClock::now() const noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

PreciseTimestamp SystemClock::precise_now() const noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace zenzefi
