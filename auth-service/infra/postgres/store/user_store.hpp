// Accounts in PostgreSQL.
#pragma once

#include "app/store/user_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresUserStore final : public app::UserStore {
 public:
  explicit PostgresUserStore(Session& session) : session_(session) {}

  [[nodiscard]] std::optional<domain::User> find(const Uuid& id) const override;
  [[nodiscard]] std::optional<domain::User> find_by_email(std::string_view email) const override;
  [[nodiscard]] std::optional<domain::User> find_by_username(
      std::string_view username) const override;
  [[nodiscard]] domain::Page<domain::User> search(const std::optional<std::string>& text,
                                                  const domain::PageRequest& page) const override;
  [[nodiscard]] std::vector<Uuid> lock_active_admins() override;
  [[nodiscard]] std::optional<domain::User> lock(const Uuid& id) override;
  domain::User insert(const NewUser& user) override;
  void set_full_name(const Uuid& id, const std::optional<std::string>& full_name) override;
  void set_role(const Uuid& id, domain::Role role) override;
  void set_active(const Uuid& id, bool active) override;
  void set_password(const Uuid& id, std::string_view hashed_password) override;
  bool replace_password(const Uuid& id, std::string_view expected,
                        std::string_view hashed_password) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
