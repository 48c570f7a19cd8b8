#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "app/limits/rate_limiter.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::app {

// 0: no limit.
struct RequestLimitSettings {
  std::uint32_t auth = 5;   // attempts an hour
  std::uint32_t api = 100;  // requests a minute
};

// How often who may do what.
//
// Addresses are those of clients as text. One of IPv6 stands for its /64, which is what a customer
// gets; an empty one for everybody whose address is not known.
//
// Thread-safe.
class RequestLimits {
 public:
  RequestLimits(RateLimiter& limiter, const RequestLimitSettings& settings)
      : limiter_(limiter), settings_(settings) {}

  // Stays counted unless it is given back.
  struct Attempt {
    std::string key;  // empty: not counted
    std::int64_t window = 0;
  };

  // What was refused will be admitted after so long: whole seconds, one at least.
  using Result = tl::expected<Attempt, std::chrono::seconds>;

  // Signing in, registering, proving a second factor: settings.auth an hour from an address.
  Result sign_in(std::string_view address);
  // A code of an account's second factor: ten an hour from wherever, unless settings.auth is off.
  Result one_time_code(const Uuid& user_id);
  // A text that may be an access token: settings.api a minute from an address.
  Result access_token(std::string_view address);
  // A request of the account API: settings.api a minute for an account.
  Result request(const Uuid& user_id);

  void give_back(const Attempt& attempt);

 private:
  Result take(std::string key, const RateLimit& limit);

  RateLimiter& limiter_;
  const RequestLimitSettings settings_;
};

}  // namespace zenzefi::app
