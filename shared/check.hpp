// The token check between nginx and the auth service: HTTP GET on the service's internal port,
// answered by status and headers alone.
//
//   GET kCheckPath      the token itself, in X-Access-Token or the cookie: for stock auth_request,
//                       Traefik ForwardAuth, Caddy forward_auth, Envoy ext_authz
//   GET kGrantPath      its hash, in kTokenHashHeader: for the module, which has forgotten the
//   token.
//                       A hash is no credential, so whoever can send this header must be trusted:
//                       never route a client's request here.
//
//   204  granted; kUserIdHeader, kTokenIdHeader, kExpiresAtHeader, kDurationHeader. The first grant
//        of a token activates it.
//   401  refused; kReasonHeader says why
//   503  the service cannot tell; Retry-After
#pragma once

#include <string_view>

namespace zenzefi::check {

inline constexpr std::string_view kCheckPath = "/internal/check";
inline constexpr std::string_view kGrantPath = "/internal/grant";

inline constexpr std::string_view kTokenHashHeader = "X-Access-Token-Hash";        // 64 hex digits
inline constexpr std::string_view kUserIdHeader = "X-User-Id";                     // UUID
inline constexpr std::string_view kTokenIdHeader = "X-Token-Id";                   // UUID
inline constexpr std::string_view kExpiresAtHeader = "X-Access-Token-Expires-At";  // ISO 8601, UTC
inline constexpr std::string_view kDurationHeader = "X-Access-Token-Duration-Hours";
inline constexpr std::string_view kReasonHeader =
    "X-Access-Token-Reason";  // one of the reasons below

inline constexpr std::string_view kReasonUnknown = "unknown";
inline constexpr std::string_view kReasonExpired = "expired";
inline constexpr std::string_view kReasonRevoked = "revoked";

}  // namespace zenzefi::check
