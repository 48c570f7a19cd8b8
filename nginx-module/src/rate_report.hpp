// Several machines, one limit: what each user's requests come to is kept in Redis, too.
//
// Once a second a worker adds what it has passed to `rate_limit:proxy:{user_id}`, a counter that
// lives for a minute. What the counter has grown by beyond this machine's own reports has passed on
// others, and is charged to the user's buckets here. So machines hold one limit within a second,
// and in that second each may pass up to its burst; without Redis each holds the limit by itself.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "limits/rate_limiter.hpp"
#include "memory/fetch_ahead.hpp"
#include "redis/link.hpp"
#include "redis/writer.hpp"
#include "shared/uuid.hpp"
#include "timer.hpp"

namespace zenzefi::gateway {

// Used from one worker's event loop only.
class RateReport {
 public:
  // `limits`: those by user. Both outlive this object.
  RateReport(RateLimiter rates, std::span<const RateLimit> limits, redis::Link& link) noexcept;
  RateReport(const RateReport&) = delete;
  RateReport& operator=(const RateReport&) = delete;

  // Soon passed() will be called for that user.
  void expect(const Uuid& user) const noexcept { fetch_ahead(&passed_[first_place_of(user)]); }
  // A request of the user has passed a limit.
  void passed(const Uuid& user) noexcept;

 private:
  struct Passed {
    Uuid user;
    std::uint32_t requests = 0;  // 0 for a free place
  };
  struct Question;
  // With more active users than this in a second, some are reported more often than once.
  static constexpr std::size_t kPlaces = 4096;
  static constexpr std::size_t kProbes = 8;
  // Users in one command.
  static constexpr std::size_t kTogether = 32;

  static void on_timer(void* report) noexcept;
  static void on_total(void* question, const redisReply* reply) noexcept;

  [[nodiscard]] static std::size_t first_place_of(const Uuid& user) noexcept;
  [[nodiscard]] Passed& place_of(const Uuid& user) noexcept;
  void send_all() noexcept;
  void send_later(const Passed& passed) noexcept;
  void send_next() noexcept;
  void send(std::span<const Passed> some) noexcept;
  [[nodiscard]] bool hand_over(std::span<const std::string_view> words,
                               Question& question) noexcept;
  void heard(const Uuid& user, std::uint32_t total, Moment window_end) noexcept;

  RateLimiter rates_;
  std::span<const RateLimit> limits_;
  redis::Link& link_;
  std::unique_ptr<redis::Writer> writer_;  // once the link stands to a replica
  Timer timer_;
  std::array<Passed, kPlaces> passed_{};
  std::array<Passed, kTogether> next_{};  // to be sent in one command
  std::size_t next_count_ = 0;
};

}  // namespace zenzefi::gateway
