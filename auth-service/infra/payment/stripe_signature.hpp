// The header Stripe-Signature, "t=<seconds>,v1=<HMAC-SHA256 in hex>,…": the key is the web hook's
// secret, the message "<t>.<body>". While a secret is rolled there is one v1 for each. Also says
// when it was signed, so that what somebody recorded is not good for ever.
// https://docs.stripe.com/webhooks#verify-manually
#pragma once

#include <chrono>
#include <string_view>

#include "shared/timestamp.hpp"

namespace zenzefi::infra {

inline constexpr std::chrono::minutes kSignatureTolerance{5};

// In constant time as far as the signature goes. Schemes other than v1 count for nothing.
[[nodiscard]] bool is_signed(std::string_view header, std::string_view body,
                             std::string_view secret, Timestamp now);

}  // namespace zenzefi::infra
