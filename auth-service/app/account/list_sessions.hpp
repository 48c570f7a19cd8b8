#pragma once

#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "domain/page.hpp"
#include "domain/session.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// One's own sessions that are alive, newest first. Thread-safe.
class ListSessions {
 public:
  struct Input {
    Principal principal;
    domain::PageRequest page;
  };
  struct Item {
    domain::Session session;
    bool is_current = false;  // the one the request was made in
  };

  ListSessions(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  domain::Result<domain::Page<Item>> run(const Input& input);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
