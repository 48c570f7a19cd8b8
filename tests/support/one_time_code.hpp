// What an authenticator shows.
#pragma once

#include <string>

namespace zenzefi::test {

// The six digits of this moment, or of so many steps of 30 seconds after it. `secret` is Base32.
[[nodiscard]] std::string one_time_code(const std::string& secret, int steps_ahead = 0);

}  // namespace zenzefi::test
