// What the earlier Python deployment left: rows as they stand there, nothing of them believed yet.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace zenzefi::app {

struct EarlierUser {
  std::string id;  // a UUID, or anything else that tells users apart
  std::string email;
  std::string username;
  std::string hashed_password;
  std::optional<std::string> full_name;
  std::string balance;  // decimal
  bool is_active = true;
  bool is_admin = false;
};

struct EarlierToken {
  std::string id;
  std::string user_id;
  std::string token;  // the text itself: never printed or logged
  std::string duration_hours;
  std::optional<std::string> activated_at;  // ISO 8601; without an offset it is UTC
  std::optional<std::string> expires_at;
  bool is_active = true;
};

struct EarlierDeployment {
  std::vector<EarlierUser> users;
  std::vector<EarlierToken> tokens;
};

}  // namespace zenzefi::app
