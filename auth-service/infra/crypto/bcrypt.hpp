// Password hashes of an earlier deployment: `$2a$`, `$2b$` and `$2y$` (crypt(5)).
#pragma once

#include <string>
#include <string_view>

namespace zenzefi::infra {

[[nodiscard]] bool is_bcrypt(std::string_view stored) noexcept;

// False for a wrong password, one with a NUL in it (which bcrypt would cut there), or a malformed
// hash. Thread-safe.
[[nodiscard]] bool verify_bcrypt(std::string_view password, const std::string& stored);

}  // namespace zenzefi::infra
