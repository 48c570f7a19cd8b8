#pragma once

#include <optional>
#include <string_view>

#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "app/limits/request_limits.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Says who is behind the JWT of a request, and whether they ask too often. Asks the database, so
// that a deactivated account, a lost role and an ended session count at once and not when the JWT
// expires. Thread-safe.
class IdentifyAccount {
 public:
  IdentifyAccount(Database& database, AccountTokens& tokens, RequestLimits& limits,
                  const Clock& clock)
      : database_(database), tokens_(tokens), limits_(limits), clock_(clock) {}

  // `jwt`: what follows `Bearer`; empty when the request brought no such credentials.
  // kForbidden: none, or the account is inactive. kUnauthenticated: not a JWT of ours, expired, its
  // session ended, or the account is gone.
  domain::Result<Principal> run(std::optional<std::string_view> jwt);

  // Counts one more request of who was identified.
  RequestLimits::Result admit(const Principal& principal) {
    return limits_.request(principal.user_id);
  }

 private:
  Database& database_;
  AccountTokens& tokens_;
  RequestLimits& limits_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
