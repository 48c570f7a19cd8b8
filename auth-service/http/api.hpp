// The routes of the two listeners. With service.hpp, all that main needs:
//
//   http::Service service{options, http::public_api(use_cases, settings, clock),
//                         http::internal_api(use_cases), log};
//   service.start();
//   ... until SIGTERM ...
//   service.drain_and_stop();
#pragma once

#include <string>

#include "http/router.hpp"
#include "http/use_cases.hpp"
#include "shared/clock.hpp"

namespace zenzefi::http {

enum class SameSite { kLax, kStrict, kNone };

// Attributes of the cookie that holds an access token (RFC 6265bis, 4.1.2).
struct CookieSettings {
  bool secure = true;
  SameSite same_site = SameSite::kLax;  // browsers refuse kNone without `secure`
};

struct ApiSettings {
  std::string version;  // of the service, as /health shows it
  CookieSettings cookie;
};

// The REST contract under /api/v1, its description, and /health. For clients, through nginx.
// `clock` and the use cases outlive the router.
[[nodiscard]] Router public_api(const UseCases& use_cases, const ApiSettings& settings,
                                const Clock& clock);

// The token check of shared/check.hpp. For nginx on this machine, never for clients: who can reach
// it can activate tokens by their hash.
[[nodiscard]] Router internal_api(const UseCases& use_cases);

}  // namespace zenzefi::http
