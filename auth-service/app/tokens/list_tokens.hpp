#pragma once

#include <optional>
#include <string>

#include "app/database.hpp"
#include "app/token_sealer.hpp"
#include "domain/access_token.hpp"
#include "domain/page.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// One's own tokens, newest first, the token itself among what is shown. Thread-safe.
class ListTokens {
 public:
  struct Input {
    Uuid user_id;
    bool active_only = true;
    domain::PageRequest page;
  };
  struct Item {
    domain::AccessToken token;
    std::optional<std::string> text;  // empty when no key opens what was sealed
    bool is_active = false;
  };

  ListTokens(Database& database, TokenSealer& sealer, const Clock& clock)
      : database_(database), sealer_(sealer), clock_(clock) {}

  domain::Result<domain::Page<Item>> run(const Input& input);

 private:
  Database& database_;
  TokenSealer& sealer_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
