// Who or what a request claims to come from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace zenzefi::http {

inline constexpr std::string_view kAccessTokenHeader = "X-Access-Token";
inline constexpr std::string_view kAccessTokenCookie = "zenzefi_access_token";

// What follows `Authorization: Bearer` (RFC 6750, 2.1); empty without such a header. Views into the
// request.
[[nodiscard]] std::optional<std::string_view> bearer_of(const Request& request);

// The first cookie of that name (RFC 6265, 5.4).
[[nodiscard]] std::optional<std::string_view> cookie_of(const Request& request,
                                                        std::string_view name);

// The access token: of the header, else of the cookie. Empty when there is none or an empty one.
[[nodiscard]] std::optional<std::string_view> access_token_of(const Request& request);

// The client's address as nginx states it; empty when it states none or what is no IP address.
[[nodiscard]] std::string client_address_of(const Request& request);

// The Idempotency-Key header, unchecked.
[[nodiscard]] std::optional<std::string> idempotency_key_of(const Request& request);

}  // namespace zenzefi::http
