// What an exception from libpqxx means.
#pragma once

#include <stdexcept>

#include "domain/error.hpp"

namespace zenzefi::infra {

struct Failure {
  domain::Error error;      // for the caller: names nothing of the database
  bool repeatable = false;  // the transaction did not happen, and may well do so next time
  bool connection_lost = false;
};

// Two transactions met in a way that only running one of them again can sort out.
class Overtaken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[nodiscard]] domain::Error database_unavailable();

// Call within a catch block. Logs what is nobody's expected outcome: the SQLSTATE and the server's
// primary message, never a statement or a value.
[[nodiscard]] Failure current_failure();

}  // namespace zenzefi::infra
