// Requests that a test wrote byte by byte, for who observes exchanges.
#pragma once

#include <string_view>

namespace zenzefi::test {

// Shows the first request in `sent` and the first answer in `received` to the observer of
// http_client.hpp, unless one of them is none.
void report_exchange(std::string_view sent, std::string_view received);

}  // namespace zenzefi::test
