// Time as a dependency, so that a test can be at the second a token expires.
#pragma once

#include "shared/timestamp.hpp"

namespace zenzefi {

// Thread-safe.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  [[nodiscard]] virtual Timestamp now() const noexcept = 0;
  // For measuring.
  [[nodiscard]] virtual PreciseTimestamp precise_now() const noexcept { return now(); }
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override;
  [[nodiscard]] PreciseTimestamp precise_now() const noexcept override;
};

}  // namespace zenzefi
