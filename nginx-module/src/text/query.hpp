// One argument of a query string: found, taken out, or made unreadable. No allocation.
#pragma once

#include <cstddef>
#include <string_view>

namespace zenzefi::gateway {

// Names are compared without regard to case, after percent-decoding: as nginx's own `$arg_NAME`
// does, and as an upstream may.

// The first value that is not empty, as it stands there (not decoded); empty when there is none.
[[nodiscard]] std::string_view find_argument(std::string_view arguments,
                                             std::string_view name) noexcept;

[[nodiscard]] bool has_argument(std::string_view arguments, std::string_view name) noexcept;

// Writes `arguments` without any argument called `name` to `out`, which has room for
// arguments.size() or is where they stand. Returns the length.
std::size_t remove_argument(std::string_view arguments, std::string_view name, char* out) noexcept;

// As remove_argument(), in place, in a URI or what else has a query behind a question mark; with
// the last argument goes the mark. Returns the length.
std::size_t remove_uri_argument(char* uri, std::size_t length, std::string_view name) noexcept;

// Overwrites the values of every argument called `name` with asterisks, in place.
void mask_argument(char* arguments, std::size_t length, std::string_view name) noexcept;

}  // namespace zenzefi::gateway
