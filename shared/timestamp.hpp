// Points in time as they stand in JSON and in the grant record: UTC, ISO 8601 (RFC 3339).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace zenzefi {

using Timestamp = std::chrono::sys_seconds;

// For measuring.
using PreciseTimestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// "2025-10-15T11:00:00Z"; years 0 to 9999
[[nodiscard]] std::string format_timestamp(Timestamp time);

// Accepts `Z`, an offset (`+02:00`, `+0200`, `+02`) or neither (meaning UTC); `T` or a space
// between date and time; with or without fractions of a second, which are cut off (so that nothing
// lives longer than it says). Years 1970 to 9999. Empty for anything else, trailing text included.
[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept;

// "2025-10-15T11:00:00.123Z"
[[nodiscard]] std::string format_precise_timestamp(PreciseTimestamp time);

// As parse_timestamp(), with as much of the fraction as there is room for.
[[nodiscard]] std::optional<PreciseTimestamp> parse_precise_timestamp(
    std::string_view text) noexcept;

}  // namespace zenzefi
