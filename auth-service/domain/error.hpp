// Why a use case did not do what it was asked: a value, with a closed set of codes. http/ maps each
// code to one status; nothing else decides on a status.
#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>

namespace zenzefi::domain {

enum class ErrorCode {
  kRuleViolated,         // a business rule says no
  kUnauthenticated,      // credentials are there but wrong, expired or revoked
  kOneTimeCodeRequired,  // the password is right, and a second factor is asked for
  kForbidden,            // credentials missing, account inactive, or a role is missing
  kInsufficientBalance,  // the price is above the balance
  kNotFound,             // no such thing, or not the caller's
  kConflict,             // the thing is no longer in a state where that is possible
  kTooManyRequests,      // too often; `retry_after` says when it is not any more
  kUnavailable,          // a dependency is down or too slow; worth trying again
  kInternal,             // our bug; detail never reaches a client
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;                  // one sentence for the client, without secrets
  std::chrono::seconds retry_after{};  // of kTooManyRequests, one at least

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string detail) {
  return tl::unexpected<Error>{Error{code, std::move(detail)}};
}

}  // namespace zenzefi::domain
