#pragma once

#include <string_view>

#include "app/account/sign_in.hpp"
#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "app/entropy.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Exchanges a refresh token for the next one and a new JWT. A token is good once: its second use
// says that somebody else has it, and ends the whole session. Thread-safe.
class RefreshSession {
 public:
  RefreshSession(Database& database, AccountTokens& tokens, Entropy& entropy, const Clock& clock)
      : database_(database), tokens_(tokens), entropy_(entropy), clock_(clock) {}

  // kUnauthenticated: unknown, used, expired or ended. kForbidden: the account is inactive.
  domain::Result<SignIn> run(std::string_view refresh_token);

 private:
  Database& database_;
  AccountTokens& tokens_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
