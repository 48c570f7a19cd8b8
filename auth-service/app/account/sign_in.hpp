// What a client gets when it signs in or renews its sign-in.
#pragma once

#include <chrono>
#include <string>

#include "app/account_tokens.hpp"

namespace zenzefi::app {

// Where a sign-in comes from, as the session list shows it. Both may be empty; text that the
// database could not hold is cleaned, never refused.
struct ClientInfo {
  std::string ip_address;
  std::string user_agent;
};

struct SignIn {
  std::string access_token;  // a JWT
  std::chrono::seconds expires_in{};
  std::string refresh_token;
  std::chrono::seconds refresh_expires_in{};
};

[[nodiscard]] SignIn make_sign_in(AccountTokens& tokens, const Principal& principal,
                                  std::string refresh_token,
                                  std::chrono::seconds refresh_expires_in);

}  // namespace zenzefi::app
