#pragma once

#include <optional>
#include <string>

#include "app/account/sign_in.hpp"
#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/password_hasher.hpp"
#include "app/two_factor/second_factor_check.hpp"
#include "domain/user.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Signs somebody in and opens a session. Slow (one password check, and a hash when the stored one
// is outdated); takes as long for an e-mail nobody has. Thread-safe.
class Login {
 public:
  struct Input {
    std::string email;
    std::string password;
    bool remember_me = false;
    ClientInfo client;
    std::optional<std::string> otp;  // a one-time code, or a backup code
  };
  struct Output {
    SignIn sign_in;
    domain::User user;
  };

  Login(Database& database, PasswordHasher& hasher, AccountTokens& tokens, Entropy& entropy,
        SecondFactorCheck& second_factor, const Clock& clock)
      : database_(database),
        hasher_(hasher),
        tokens_(tokens),
        entropy_(entropy),
        second_factor_(second_factor),
        clock_(clock) {}

  // kUnauthenticated: wrong pair, whichever of the two, or a wrong code. kForbidden: right, but the
  // account is inactive. kOneTimeCodeRequired: right, but there is no code. kTooManyRequests:
  // right, but too many codes of this account were wrong.
  domain::Result<Output> run(const Input& input);

 private:
  struct Authenticated {
    domain::User user;
    std::string replacement;  // the password's new hash; empty while the stored one is good
  };
  domain::Result<Authenticated> authenticate(const Input& input);
  // `error`, once the failure is written down; kUnavailable when it cannot be.
  tl::unexpected<domain::Error> refuse(const std::optional<Uuid>& user_id, const Input& input,
                                       domain::Error error);
  domain::Result<Output> open_session(const Authenticated& authenticated, const Input& input);
  // kWrong is an error here; kOneTimeCode also when nothing asks for one.
  domain::Result<CodeMatch> pass_second_factor(Transaction& transaction, const Uuid& user_id,
                                               const Input& input);

  Database& database_;
  PasswordHasher& hasher_;
  AccountTokens& tokens_;
  Entropy& entropy_;
  SecondFactorCheck& second_factor_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
