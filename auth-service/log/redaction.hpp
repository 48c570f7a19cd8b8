// Keeps secrets out of the log, whoever puts them there by mistake.
#pragma once

#include <string>
#include <string_view>

namespace zenzefi::log {

inline constexpr std::string_view kRedacted = "[redacted]";

// `value` as it may be written under `name`. Names that mean a secret (password, token, secret,
// authorization, cookie, key, ...) lose their whole value; other values lose each run of characters
// that looks like one: 40 or more of base64url or hexadecimal (access and refresh tokens, hashes,
// keys), and JSON Web Tokens.
[[nodiscard]] std::string redacted(std::string_view name, std::string_view value);

}  // namespace zenzefi::log
