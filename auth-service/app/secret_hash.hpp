#pragma once

#include <string_view>

#include "domain/error.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

// SHA-256 of an access token, a refresh token or a request; kInternal when there is no memory.
[[nodiscard]] domain::Result<TokenHash> secret_hash(std::string_view secret);

}  // namespace zenzefi::app
