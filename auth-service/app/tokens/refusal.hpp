// Why an access token lets nobody pass.
#pragma once

#include <optional>

#include "app/store/access_token_store.hpp"

namespace zenzefi::app {

enum class Refusal { kUnknown, kExpired, kRevoked };

// Empty: the token lets its bearer pass. A deactivated owner's tokens count as revoked.
[[nodiscard]] std::optional<Refusal> refusal_at(
    Timestamp now, const std::optional<AccessTokenStore::OwnedToken>& found) noexcept;

}  // namespace zenzefi::app
