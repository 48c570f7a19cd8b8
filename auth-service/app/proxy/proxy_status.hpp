#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "app/database.hpp"
#include "shared/clock.hpp"
#include "shared/token.hpp"

namespace zenzefi::app {

// What a client sees of its access through nginx. Changes nothing. Thread-safe.
class ProxyStatus {
 public:
  struct Output {
    Uuid user_id;
    Uuid session_id;  // the latest session; the token's id while nothing is known of any
    Uuid token_id;
    std::optional<Timestamp> started_at;  // of the session; empty before the first use
    std::optional<Timestamp> expires_at;
    std::chrono::seconds time_remaining{};
    std::uint64_t bytes_transferred = 0;  // in that session, both ways

    [[nodiscard]] bool connected() const noexcept { return started_at.has_value(); }
  };

  ProxyStatus(Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // kUnauthenticated: unknown, expired or revoked.
  domain::Result<Output> run(const TokenHash& hash);

 private:
  Database& database_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
