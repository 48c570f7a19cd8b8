// The JSON Web Tokens of the account API (RFC 7519), as opposed to the access tokens that are sold.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/user.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

// Who a request of the account API comes from, and by which sign-in (claim `sid`): when that
// session ends, its tokens are good for nothing.
struct Principal {
  Uuid user_id;
  Uuid session_id;
  std::string username;
  domain::Role role = domain::Role::kUser;
};

// Thread-safe.
class AccountTokens {
 public:
  AccountTokens() = default;
  AccountTokens(const AccountTokens&) = delete;
  AccountTokens& operator=(const AccountTokens&) = delete;
  virtual ~AccountTokens() = default;

  virtual std::string issue(const Principal& principal) = 0;
  [[nodiscard]] virtual std::chrono::seconds lifetime() const = 0;

  // Empty for a token that is malformed, expired, signed by nobody we know or with anything but
  // HS256.
  virtual std::optional<Principal> verify(std::string_view jwt) = 0;
};

}  // namespace zenzefi::app
