// auth-service/openapi.yaml, compiled in.
#pragma once

#include <string_view>

namespace zenzefi::http {

// As JSON.
[[nodiscard]] std::string_view api_description() noexcept;

}  // namespace zenzefi::http
