// Accounts in the database, within one transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/page.hpp"
#include "domain/user.hpp"

namespace zenzefi::app {

class UserStore {
 public:
  UserStore() = default;
  UserStore(const UserStore&) = delete;
  UserStore& operator=(const UserStore&) = delete;
  virtual ~UserStore() = default;

  [[nodiscard]] virtual std::optional<domain::User> find(const Uuid& id) const = 0;
  // Without regard to case.
  [[nodiscard]] virtual std::optional<domain::User> find_by_email(std::string_view email) const = 0;
  [[nodiscard]] virtual std::optional<domain::User> find_by_username(
      std::string_view username) const = 0;

  // Newest first; `text` is a part of the e-mail, the username or the full name, in any case.
  [[nodiscard]] virtual domain::Page<domain::User> search(
      const std::optional<std::string>& text, const domain::PageRequest& page) const = 0;

  // Everybody who is an active administrator; holds their rows, so that of two who take the role
  // from one another the second sees the first.
  [[nodiscard]] virtual std::vector<Uuid> lock_active_admins() = 0;

  // Holds the row until the transaction ends: whoever changes a balance comes through here first.
  [[nodiscard]] virtual std::optional<domain::User> lock(const Uuid& id) = 0;

  struct NewUser {
    Uuid id;
    std::string email;
    std::string username;
    std::string hashed_password;
    std::optional<std::string> full_name;
    domain::Role role = domain::Role::kUser;
  };
  // A duplicate e-mail or username ends the transaction with kRuleViolated.
  virtual domain::User insert(const NewUser& user) = 0;

  virtual void set_full_name(const Uuid& id, const std::optional<std::string>& full_name) = 0;
  virtual void set_role(const Uuid& id, domain::Role role) = 0;
  virtual void set_active(const Uuid& id, bool active) = 0;
  virtual void set_password(const Uuid& id, std::string_view hashed_password) = 0;
  // Changes nothing, and says so, when the stored hash is no longer `expected`.
  virtual bool replace_password(const Uuid& id, std::string_view expected,
                                std::string_view hashed_password) = 0;
};

}  // namespace zenzefi::app
