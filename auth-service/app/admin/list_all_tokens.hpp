#pragma once

#include <optional>

#include "app/database.hpp"
#include "domain/access_token.hpp"
#include "domain/page.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Everybody's access tokens, newest first; never the token itself. Thread-safe.
class ListAllTokens {
 public:
  struct Input {
    std::optional<Uuid> user_id;
    std::optional<domain::TokenStatus> status;
    domain::PageRequest page;
  };
  struct Item {
    domain::AccessToken token;
    domain::TokenStatus status = domain::TokenStatus::kUnused;
  };

  ListAllTokens(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  domain::Result<domain::Page<Item>> run(const Input& input);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
