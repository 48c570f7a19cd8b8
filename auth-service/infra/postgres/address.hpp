#pragma once

#include <optional>
#include <string>

namespace zenzefi::infra {

// The text of an IPv4 or IPv6 address as it is; nothing for any other, which the database could not
// take and which is not worth refusing anybody for.
[[nodiscard]] std::optional<std::string> address_or_nothing(const std::string& text);

}  // namespace zenzefi::infra
