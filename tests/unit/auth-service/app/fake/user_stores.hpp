// Accounts and their sessions in memory.
#pragma once

#include "app/store/session_store.hpp"
#include "app/store/user_store.hpp"
#include "fake/state.hpp"

namespace zenzefi::test {

class FakeUserStore final : public app::UserStore {
 public:
  FakeUserStore(State& state, Timestamp now) : state_(state), now_(now) {}

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
  State& state_;
  Timestamp now_;
};

class FakeSessionStore final : public app::SessionStore {
 public:
  explicit FakeSessionStore(State& state) : state_(state) {}

  [[nodiscard]] std::optional<domain::Session> find(const Uuid& id) const override;
  [[nodiscard]] domain::Page<domain::Session> list_alive(
      const Uuid& user_id, Timestamp now, const domain::PageRequest& page) const override;
  [[nodiscard]] std::optional<domain::Session> lock(const Uuid& id) override { return find(id); }
  [[nodiscard]] std::optional<Match> lock_by_refresh_token(const TokenHash& hash) override;
  void insert(const domain::Session& session, const TokenHash& refresh_token) override;
  void rotate(const Uuid& session_id, const TokenHash& used, const TokenHash& next, Timestamp now,
              Timestamp expires_at) override;
  void end(const Uuid& session_id, Timestamp now) override;
  void end_others(const Uuid& user_id, const Uuid& kept_session_id, Timestamp now) override;
  void end_all(const Uuid& user_id, Timestamp now) override;

 private:
  State& state_;
};

}  // namespace zenzefi::test
