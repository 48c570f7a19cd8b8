#pragma once

#include <string_view>

#include "app/database.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Ends the session of a refresh token, and with it the JWTs that came from it. Thread-safe.
class Logout {
 public:
  Logout(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Succeeds for a token that is unknown or dead as well: that session is gone already.
  domain::Result<void> run(std::string_view refresh_token);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
