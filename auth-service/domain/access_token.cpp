#include "domain/access_token.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace zenzefi::domain {
namespace {

constexpr std::array<std::pair<TokenStatus, std::string_view>, 4> kStatusNames{{
    {TokenStatus::kUnused, "unused"},
    {TokenStatus::kActive, "active"},
    {TokenStatus::kExpired, "expired"},
    {TokenStatus::kRevoked, "revoked"},
}};

}  // namespace

std::string_view to_string(TokenStatus status) noexcept {
  return std::ranges::find(kStatusNames, status, &decltype(kStatusNames)::value_type::first)
      ->second;
}

std::optional<TokenStatus> parse_token_status(std::string_view text) noexcept {
  const auto* const name =
      std::ranges::find(kStatusNames, text, &decltype(kStatusNames)::value_type::second);
  if (name == kStatusNames.end()) {
    return std::nullopt;
  }
  return name->first;
}

TokenStatus AccessToken::status_at(Timestamp now) const noexcept {
  if (revoked_at) {
    return TokenStatus::kRevoked;
  }
  const auto end = expires_at();
  if (!end) {
    return TokenStatus::kUnused;
  }
  return now < *end ? TokenStatus::kActive : TokenStatus::kExpired;
}

bool AccessToken::usable_at(Timestamp now) const noexcept {
  const TokenStatus status = status_at(now);
  return status == TokenStatus::kUnused || status == TokenStatus::kActive;
}

std::chrono::seconds AccessToken::duration() const noexcept {
  return std::chrono::hours{duration_hours};
}

std::optional<Timestamp> AccessToken::expires_at() const noexcept {
  if (!activated_at) {
    return std::nullopt;
  }
  return *activated_at + duration();
}

Timestamp AccessToken::latest_end(Timestamp now) const noexcept {
  return expires_at().value_or(now + duration());
}

std::chrono::seconds AccessToken::remaining_at(Timestamp now) const noexcept {
  switch (status_at(now)) {
    case TokenStatus::kUnused:
      return duration();
    case TokenStatus::kActive:
      // A clock set back must not make a token longer than what was bought.
      return std::min(*expires_at() - now, duration());
    case TokenStatus::kExpired:
    case TokenStatus::kRevoked:
      break;
  }
  return std::chrono::seconds{0};
}

Money AccessToken::refund_at(Timestamp now) const {
  return price_paid.share(remaining_at(now).count(), duration().count());
}

Grant AccessToken::grant() const {
  return {user_id, id, expires_at().value(), duration_hours};
}

}  // namespace zenzefi::domain
