#include "http/input/credential_rule.hpp"

#include "domain/text.hpp"

namespace zenzefi::http {
namespace {

constexpr std::size_t kMaxCredentialLength = 512;  // bytes

}  // namespace

domain::Problem credential_problem(std::string_view text) {
  return text.empty() ? domain::Problem{"must not be empty"} : optional_credential_problem(text);
}

domain::Problem optional_credential_problem(std::string_view text) {
  if (text.size() > kMaxCredentialLength) {
    return "is too long";
  }
  return domain::is_clean_text(text) ? domain::Problem{}
                                     : domain::Problem{"must not hold control characters"};
}

}  // namespace zenzefi::http
