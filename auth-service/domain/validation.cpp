#include "domain/validation.hpp"

#include <algorithm>

#include "domain/text.hpp"
#include "domain/user.hpp"
#include "shared/ascii.hpp"

namespace zenzefi::domain {
namespace {

constexpr bool is_alphanumeric(char c) {
  return is_letter(c) || is_digit(c);
}

// RFC 5322, 3.2.3.
constexpr bool is_atom_character(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-/=?^_`{|}~";
  return is_alphanumeric(c) || kOthers.find(c) != std::string_view::npos;
}

constexpr std::size_t kMaxLocalPartLength = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t kMaxLabelLength = 63;      // RFC 1035, 2.3.4

// Calls `good` with each part between dots; false when it ever was.
template <typename Predicate>
bool all_parts(std::string_view text, Predicate good) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!good(text.substr(0, dot))) {
      return false;
    }
    if (dot == std::string_view::npos) {
      return true;
    }
    text.remove_prefix(dot + 1);
  }
}

bool is_local_part(std::string_view local) {
  return local.size() <= kMaxLocalPartLength && all_parts(local, [](std::string_view atom) {
           return !atom.empty() && std::ranges::all_of(atom, is_atom_character);
         });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelLength && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

bool is_mail_domain(std::string_view domain) {
  const std::size_t last_dot = domain.rfind('.');
  return last_dot != std::string_view::npos &&
         !std::ranges::all_of(domain.substr(last_dot + 1), is_digit) && all_parts(domain, is_label);
}

// A minimum of 0 lets empty text pass.
Problem text_problem(std::string_view text, std::size_t minimum, std::size_t maximum,
                     std::string_view length_rule) {
  if (!is_clean_text(text)) {
    return "must be UTF-8 text without control characters";
  }
  const std::size_t length = count_code_points(text).value_or(0);
  if (length < minimum || length > maximum) {
    return length_rule;
  }
  return std::nullopt;
}

}  // namespace

Problem email_problem(std::string_view email) noexcept {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos || email.size() > kMaxEmailLength ||
      !is_local_part(email.substr(0, at)) || !is_mail_domain(email.substr(at + 1))) {
    return "must be an e-mail address";
  }
  return std::nullopt;
}

Problem username_problem(std::string_view username) noexcept {
  if (username.size() < kMinUsernameLength || username.size() > kMaxUsernameLength) {
    return "must be 3 to 50 characters long";
  }
  if (!std::ranges::all_of(username, [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '_' || c == '-';
      })) {
    return "must consist of letters, digits, '.', '_' and '-'";
  }
  return std::nullopt;
}

Problem password_problem(std::string_view password) noexcept {
  return text_problem(password, kMinPasswordLength, kMaxPasswordLength,
                      "must be 8 to 128 characters long");
}

Problem full_name_problem(std::string_view full_name) noexcept {
  return text_problem(full_name, 0, kMaxFullNameLength, "must be at most 200 characters long");
}

Problem payment_method_problem(std::string_view method) noexcept {
  return text_problem(method, 1, kMaxPaymentMethodLength, "must be 1 to 50 characters long");
}

Problem idempotency_key_problem(std::string_view key) noexcept {
  const bool printable = std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
  if (key.empty() || key.size() > kMaxIdempotencyKeyLength || !printable) {
    return "must be 1 to 255 printable ASCII characters";
  }
  return std::nullopt;
}

Problem deposit_problem(Money amount) noexcept {
  if (amount < kMinDeposit || amount > kMaxDeposit) {
    return "must be between 0.01 and 100000.00";
  }
  return std::nullopt;
}

Problem adjustment_problem(Money amount) noexcept {
  if (amount == Money{} || amount < -kMaxDeposit || amount > kMaxDeposit) {
    return "must be between -100000.00 and 100000.00, and not 0";
  }
  return std::nullopt;
}

Problem reason_problem(std::string_view reason) noexcept {
  return text_problem(reason, 1, kMaxReasonLength, "must be 1 to 200 characters long");
}

Problem role_problem(std::string_view role) noexcept {
  return parse_role(role) ? Problem{} : Problem{"must be 'user' or 'admin'"};
}

}  // namespace zenzefi::domain
