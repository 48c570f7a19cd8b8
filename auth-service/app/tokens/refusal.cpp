#include "app/tokens/refusal.hpp"

namespace zenzefi::app {

std::optional<Refusal> refusal_at(
    Timestamp now, const std::optional<AccessTokenStore::OwnedToken>& found) noexcept {
  if (!found) {
    return Refusal::kUnknown;
  }
  switch (found->token.status_at(now)) {
    case domain::TokenStatus::kRevoked:
      return Refusal::kRevoked;
    case domain::TokenStatus::kExpired:
      return Refusal::kExpired;
    case domain::TokenStatus::kUnused:
    case domain::TokenStatus::kActive:
      break;
  }
  if (!found->owner_is_active) {
    return Refusal::kRevoked;
  }
  return std::nullopt;
}

}  // namespace zenzefi::app
