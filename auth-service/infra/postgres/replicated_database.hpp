// app::Database that looks things up on a read replica.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include "app/database.hpp"

namespace zenzefi::infra {

// Transactions and pings are the primary's, reads the replica's: for lists that may be a moment
// old. What the replica cannot answer the primary does, and the replica is left alone for a while,
// so that not every list waits for it. Thread-safe.
class ReplicatedDatabase final : public app::Database {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds kPause{5};

  // Both outlive it.
  ReplicatedDatabase(app::Database& primary, app::Database& replica,
                     std::function<Clock::time_point()> now = Clock::now)
      : primary_(primary), replica_(replica), now_(std::move(now)) {}

  domain::Result<void> ping() override { return primary_.ping(); }

 protected:
  domain::Result<void> execute(const Callback& callback) override;
  domain::Result<void> execute_read(const ReadCallback& callback) override;

 private:
  app::Database& primary_;
  app::Database& replica_;
  const std::function<Clock::time_point()> now_;
  std::atomic<Clock::time_point> away_until_{Clock::time_point::min()};
};

}  // namespace zenzefi::infra
