// The rules of domain/validation.hpp as the error of a use case: the last line of defence, behind
// the HTTP layer that names every bad field at once.
#pragma once

#include <initializer_list>
#include <string_view>

#include "domain/error.hpp"
#include "domain/validation.hpp"

namespace zenzefi::app {

struct FieldCheck {
  std::string_view field;
  domain::Problem problem;
};

// kRuleViolated with the first problem there is: "password must be 8 to 128 characters long".
[[nodiscard]] domain::Result<void> require_valid(std::initializer_list<FieldCheck> checks);

}  // namespace zenzefi::app
