// People with an account.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/money.hpp"
#include "shared/timestamp.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::domain {

enum class Role { kUser, kAdmin };

[[nodiscard]] constexpr std::string_view to_string(Role role) {
  return role == Role::kAdmin ? "admin" : "user";
}

[[nodiscard]] constexpr std::optional<Role> parse_role(std::string_view text) {
  if (text == "user") {
    return Role::kUser;
  }
  if (text == "admin") {
    return Role::kAdmin;
  }
  return std::nullopt;
}

struct User {
  Uuid id;
  std::string email;
  std::string username;
  std::string hashed_password;
  std::optional<std::string> full_name;
  bool is_active = true;
  Role role = Role::kUser;
  Money currency_balance;
  Timestamp created_at;
  Timestamp updated_at;
};

}  // namespace zenzefi::domain
