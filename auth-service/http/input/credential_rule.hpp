// What is typed to prove something, before anybody says whether it does: anything a person could
// mean by it, also from before today's rules. The answer to what passes is that it is wrong, not
// why.
#pragma once

#include <string_view>

#include "domain/validation.hpp"

namespace zenzefi::http {

// Of an e-mail, a password, a refresh token or a code.
[[nodiscard]] domain::Problem credential_problem(std::string_view text);
// As well empty, where a form has a field that was left alone.
[[nodiscard]] domain::Problem optional_credential_problem(std::string_view text);

}  // namespace zenzefi::http
