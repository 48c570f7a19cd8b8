#include "app/account/sign_in.hpp"

#include <utility>

namespace zenzefi::app {

SignIn make_sign_in(AccountTokens& tokens, const Principal& principal, std::string refresh_token,
                    std::chrono::seconds refresh_expires_in) {
  return {tokens.issue(principal), tokens.lifetime(), std::move(refresh_token), refresh_expires_in};
}

}  // namespace zenzefi::app
