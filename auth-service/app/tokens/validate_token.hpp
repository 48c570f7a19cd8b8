#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "app/database.hpp"
#include "app/tokens/refusal.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

struct ValidToken {
  Uuid user_id;
  Uuid token_id;
  std::optional<Timestamp> expires_at;  // empty before the first use
  std::chrono::seconds time_remaining{};
};

// Looks at an access token and changes nothing: never activates it. Thread-safe.
class ValidateToken {
 public:
  using Output = std::variant<ValidToken, Refusal>;

  ValidateToken(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  domain::Result<Output> run(std::string_view token);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
