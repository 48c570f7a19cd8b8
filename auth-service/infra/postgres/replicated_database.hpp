// app::Database that looks things up on a read replica.
#pragma once

#include <atomic>
#include <chrono>

#include "app/database.hpp"

namespace zenzefi::infra {

// Transactions and pings are the primary's, reads the replica's: for lists that may be a moment
// old. What the replica cannot answer the primary does, and the replica is left alone for a while,
// so that not every list waits for it. Thread-safe.
class ReplicatedDatabase final : public app::Database {
 public:
  static constexpr std::chrono::seconds kPause{5};

  // Both outlive it.
  ReplicatedDatabase(app::Database& primary, app::Database& replica)
      : primary_(primary), replica_(replica) {}

  domain::Result<void> ping() override { return primary_.ping(); }

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  using Clock = std::chrono::steady_clock;

  app::Database& primary_;
  app::Database& replica_;
  std::atomic<Clock::rep> away_until_{Clock::time_point::min().time_since_epoch().count()};
};

}  // namespace zenzefi::infra
