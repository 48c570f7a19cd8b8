#include "tests/support/build_paths.hpp"

namespace zenzefi::test {

std::filesystem::path source_root() {
  return ZENZEFI_SOURCE_ROOT;
}
std::filesystem::path build_root() {
  return ZENZEFI_BUILD_ROOT;
}
std::filesystem::path nginx_module() {
  return ZENZEFI_NGINX_MODULE;
}
std::filesystem::path auth_service_executable() {
  return ZENZEFI_AUTH;
}
std::filesystem::path demo_target_executable() {
  return ZENZEFI_DEMO_TARGET;
}
std::filesystem::path sanitizer_runtime() {
  return ZENZEFI_SANITIZER_RUNTIME;
}

}  // namespace zenzefi::test
