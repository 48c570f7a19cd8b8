// Time-based one-time passwords (RFC 6238): six digits of HMAC-SHA-1, a new one every 30 seconds,
// as every authenticator knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "shared/timestamp.hpp"

namespace zenzefi::app {

// Thread-safe.
class OneTimeCodes {
 public:
  OneTimeCodes() = default;
  OneTimeCodes(const OneTimeCodes&) = delete;
  OneTimeCodes& operator=(const OneTimeCodes&) = delete;
  virtual ~OneTimeCodes() = default;

  // The time step (T) that `code` is the code of: that of `now`, the one before or the one after
  // (RFC 6238, 5.2); empty when it is that of none. `secret` is Base32 (RFC 4648, 6).
  [[nodiscard]] virtual std::optional<std::int64_t> step_of(std::string_view code,
                                                            std::string_view secret,
                                                            Timestamp now) const = 0;
};

}  // namespace zenzefi::app
