// Ports for servers that a test starts.
#pragma once

#include <cstdint>

namespace zenzefi::test {

// A TCP port of 127.0.0.1 nobody listens on, given to this process alone among all test processes
// until it ends (so a server may be stopped and started again on it). It lies below the range the
// kernel takes client ports from, so no outgoing connection can grab it either. Thread-safe.
[[nodiscard]] std::uint16_t free_port();

}  // namespace zenzefi::test
