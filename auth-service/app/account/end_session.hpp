#pragma once

#include "app/database.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Ends one of one's own sessions, the current one too: its refresh token and the JWTs that came
// from it are good for nothing from then on. Thread-safe.
class EndSession {
 public:
  struct Input {
    Uuid user_id;
    Uuid session_id;
  };

  EndSession(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // kNotFound: no such session, not the user's, or over already.
  domain::Result<void> run(const Input& input);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
