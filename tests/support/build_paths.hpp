// Where the build put what the tests start.
#pragma once

#include <filesystem>

namespace zenzefi::test {

[[nodiscard]] std::filesystem::path source_root();
[[nodiscard]] std::filesystem::path build_root();
[[nodiscard]] std::filesystem::path nginx_module();
[[nodiscard]] std::filesystem::path auth_service_executable();
[[nodiscard]] std::filesystem::path demo_target_executable();

// The sanitizer's library, to be loaded into programs that are not built with it themselves; empty
// when nothing is sanitized.
[[nodiscard]] std::filesystem::path sanitizer_runtime();

}  // namespace zenzefi::test
