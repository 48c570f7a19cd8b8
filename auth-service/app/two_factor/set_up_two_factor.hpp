#pragma once

#include <string>

#include "app/account_tokens.hpp"
#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/token_sealer.hpp"

namespace zenzefi::app {

// Begins a second factor: from now on codes of this secret are what EnableTwoFactor asks for. Asked
// again before that, it makes another secret, and the first one is good for nothing. Thread-safe.
class SetUpTwoFactor {
 public:
  struct Output {
    std::string secret;  // Base32, to be typed
    std::string uri;     // otpauth://, to be scanned
  };

  SetUpTwoFactor(Database& database, TokenSealer& sealer, Entropy& entropy)
      : database_(database), sealer_(sealer), entropy_(entropy) {}

  // kConflict: a second factor is enabled, and has to be disabled first. kNotFound: the account is
  // gone.
  domain::Result<Output> run(const Uuid& user_id);

 private:
  Database& database_;
  TokenSealer& sealer_;
  Entropy& entropy_;
};

}  // namespace zenzefi::app
