#include "tests/support/build_paths.hpp"

#include <cstdlib>

namespace zenzefi::test {
namespace {

// The environment may name the programs of another build, one with sanitizers: what is under test
// needs them, and neither the test nor its target.
std::filesystem::path program(const char* built_here, const char* file) {
  const char* other = std::getenv("ZENZEFI_TEST_PROGRAMS");
  return other == nullptr ? std::filesystem::path(built_here) : std::filesystem::path(other) / file;
}

}  // namespace

std::filesystem::path source_root() {
  return ZENZEFI_SOURCE_ROOT;
}
std::filesystem::path build_root() {
  return ZENZEFI_BUILD_ROOT;
}
std::filesystem::path nginx_module() {
  return program(ZENZEFI_NGINX_MODULE, "nginx-module/ngx_http_access_token_module.so");
}
std::filesystem::path auth_service_executable() {
  return program(ZENZEFI_AUTH, "auth-service/zenzefi-auth");
}
std::filesystem::path demo_target_executable() {
  return ZENZEFI_DEMO_TARGET;
}
std::filesystem::path sanitizer_runtime() {
  const char* runtime = std::getenv("ZENZEFI_TEST_SANITIZER_RUNTIME");
  return runtime == nullptr ? "" : runtime;
}

}  // namespace zenzefi::test
