// What a request must keep to although its token is good: access_token_limit and
// access_token_connections.
#pragma once

#include <cstdint>
#include <optional>

#include "config.hpp"
#include "context.hpp"
#include "l1/cache.hpp"

namespace zenzefi::gateway {

class RateReport;

// One worker's hand on what all workers count together. Used from its event loop only.
class Limits {
 public:
  // `report` is null without Redis, and outlives this object otherwise.
  Limits(L1Cache l1, RateReport* report) noexcept;
  // Gives back what is still under way.
  ~Limits();
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  // Soon apply() will be called for that token; and now it is next, but for the look-up.
  void expect(const LocationConf& conf, const TokenHash& hash) const noexcept;
  void prepare(const LocationConf& conf, const TokenHash& hash) const noexcept;

  // Turns a grant into kLimited if the holder has had enough. A main request is counted once by
  // each limit, however often it is redirected: by the first location that has one. It counts as
  // under way until it ends, as a stream too.
  void apply(const LocationConf& conf, Context& context) noexcept;

  // Where this worker has its place among those that share the zone; empty without one.
  [[nodiscard]] std::optional<std::size_t> place() const noexcept { return place_; }

  // Soon the request ends.
  void expect_end(const Context& context) const noexcept;
  // The request ends.
  void ended(Context& context) noexcept;

 private:
  void expect_count(const LimitSettings& limit, const Grant& grant) const noexcept;
  [[nodiscard]] bool take_connection(const LocationConf& conf, Context& context) noexcept;
  [[nodiscard]] bool count_request(const LimitSettings& limit, Context& context) noexcept;
  [[nodiscard]] ConnectionCounts::Outcome try_take(const LocationConf& conf,
                                                   const Context& context) noexcept;
  // Something that should happen at most once a second.
  [[nodiscard]] static bool is_time(Moment& last) noexcept;
  void say_not_counted(const char* why) noexcept;

  RateLimiter rates_;
  ConnectionCounts connections_;
  ProcessIdentity self_;
  RateReport* report_;
  std::optional<std::size_t> place_;  // empty when too many processes have one
  Moment swept_at_;
  Moment complained_at_;
};

}  // namespace zenzefi::gateway
