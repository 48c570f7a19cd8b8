#include "app/secret_hash.hpp"

namespace zenzefi::app {

domain::Result<TokenHash> secret_hash(std::string_view secret) {
  const auto hash = hash_token(secret);
  if (!hash) {
    return domain::fail(domain::ErrorCode::kInternal, "SHA-256 failed");
  }
  return *hash;
}

}  // namespace zenzefi::app
