// One cookie of a Cookie header (RFC 6265, section 4.2): found, or taken out. No allocation.
#pragma once

#include <cstddef>
#include <string_view>

namespace zenzefi::gateway {

// Names are compared without regard to case, and a comma separates like a semicolon: as nginx's
// own `$cookie_NAME` does.

// The first value that is not empty; empty when there is none.
[[nodiscard]] std::string_view find_cookie(std::string_view header, std::string_view name) noexcept;

// Takes every cookie called `name` out of the header, in place; the others keep their bytes.
// Returns the new length: 0 when nothing is left.
std::size_t remove_cookie(char* header, std::size_t length, std::string_view name) noexcept;

}  // namespace zenzefi::gateway
