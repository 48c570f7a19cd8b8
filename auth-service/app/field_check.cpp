#include "app/field_check.hpp"

#include <algorithm>
#include <string>

namespace zenzefi::app {

domain::Result<void> require_valid(std::initializer_list<FieldCheck> checks) {
  const auto* const bad = std::ranges::find_if(
      checks, [](const FieldCheck& check) { return check.problem.has_value(); });
  if (bad == checks.end()) {
    return {};
  }
  std::string detail{bad->field};
  detail += ' ';
  detail += *bad->problem;
  return domain::fail(domain::ErrorCode::kRuleViolated, std::move(detail));
}

}  // namespace zenzefi::app
