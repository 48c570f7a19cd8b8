#include "shared/clock.hpp"

namespace zenzefi {

Timestamp SystemClock::now() const noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace zenzefi
