// What a name, an address, a password or an amount must be like. Each function returns the problem
// as a short clause for the client ("must be 3 to 50 characters long"), or nothing when all is
// well.
//
// Lengths count Unicode code points. Text that is not UTF-8 or holds a control character (NUL above
// all, which would end a database parameter early) is refused everywhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/money.hpp"

namespace zenzefi::domain {

inline constexpr std::size_t kMaxEmailLength = 254;  // RFC 5321, 4.5.3.1.3, less the angle brackets
inline constexpr std::size_t kMinUsernameLength = 3;
inline constexpr std::size_t kMaxUsernameLength = 50;
inline constexpr std::size_t kMinPasswordLength = 8;
inline constexpr std::size_t kMaxPasswordLength = 128;
inline constexpr std::size_t kMaxFullNameLength = 200;
inline constexpr std::size_t kMaxPaymentMethodLength = 50;
inline constexpr std::size_t kMaxReasonLength = 200;
inline constexpr std::size_t kMaxIdempotencyKeyLength = 255;

inline constexpr Money kMinDeposit = Money::from_cents(1);
inline constexpr Money kMaxDeposit = Money::from_cents(100'000'00);
// What numeric(12,2) holds.
inline constexpr Money kMaxBalance = Money::from_cents(9'999'999'999'99);

using Problem = std::optional<std::string_view>;

// One `@`, a local part of RFC 5322 atoms, a domain of at least two labels.
[[nodiscard]] Problem email_problem(std::string_view email) noexcept;
// ASCII letters, digits, `.`, `_` and `-`.
[[nodiscard]] Problem username_problem(std::string_view username) noexcept;
[[nodiscard]] Problem password_problem(std::string_view password) noexcept;
[[nodiscard]] Problem full_name_problem(std::string_view full_name) noexcept;
[[nodiscard]] Problem payment_method_problem(std::string_view method) noexcept;
// Printable ASCII: it comes as a header.
[[nodiscard]] Problem idempotency_key_problem(std::string_view key) noexcept;
[[nodiscard]] Problem deposit_problem(Money amount) noexcept;
// Either way, as far as a deposit can go; not nothing.
[[nodiscard]] Problem adjustment_problem(Money amount) noexcept;
// Why an administrator did something.
[[nodiscard]] Problem reason_problem(std::string_view reason) noexcept;
[[nodiscard]] Problem role_problem(std::string_view role) noexcept;

}  // namespace zenzefi::domain
