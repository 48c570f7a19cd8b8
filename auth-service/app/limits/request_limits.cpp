#include "app/limits/request_limits.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <utility>

namespace zenzefi::app {
namespace {

constexpr std::chrono::hours kAuthWindow{1};
constexpr std::uint32_t kOneTimeCodes = 10;
constexpr std::chrono::minutes kRequestWindow{1};
constexpr std::string_view kUnknownAddress = "unknown";

// As clients are told apart: 192.0.2.1, 2001:db8:0:1::.
std::string network_of(std::string_view address) {
  const std::string text{address};
  in6_addr parsed{};
  if (inet_pton(AF_INET6, text.c_str(), &parsed) != 1) {
    return text.empty() ? std::string{kUnknownAddress} : text;
  }
  std::array<char, INET6_ADDRSTRLEN> written{};
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    inet_ntop(AF_INET, &parsed.s6_addr[12], written.data(), written.size());
  } else {
    std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), std::uint8_t{0});
    inet_ntop(AF_INET6, &parsed, written.data(), written.size());
  }
  return written.data();
}

}  // namespace

RequestLimits::Result RequestLimits::sign_in(std::string_view address) {
  return take("rate_limit:auth:" + network_of(address), {settings_.auth, kAuthWindow});
}

RequestLimits::Result RequestLimits::one_time_code(const Uuid& user_id) {
  const std::uint32_t count = settings_.auth == 0 ? 0 : kOneTimeCodes;
  return take("rate_limit:otp:" + user_id.to_string(), {count, kAuthWindow});
}

RequestLimits::Result RequestLimits::access_token(std::string_view address) {
  return take("rate_limit:token:" + network_of(address), {settings_.api, kRequestWindow});
}

RequestLimits::Result RequestLimits::request(const Uuid& user_id) {
  return take("rate_limit:api:" + user_id.to_string(), {settings_.api, kRequestWindow});
}

void RequestLimits::give_back(const Attempt& attempt) {
  if (!attempt.key.empty()) {
    limiter_.give_back(attempt.key, attempt.window);
  }
}

RequestLimits::Result RequestLimits::take(std::string key, const RateLimit& limit) {
  if (limit.count == 0) {
    return Attempt{};
  }
  const RateLimiter::Verdict verdict = limiter_.take(key, limit);
  if (!verdict.admitted) {
    return tl::unexpected{std::max(verdict.left, std::chrono::seconds{1})};
  }
  return Attempt{std::move(key), verdict.window};
}

}  // namespace zenzefi::app
