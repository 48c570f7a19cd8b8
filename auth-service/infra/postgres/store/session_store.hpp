// Sessions in PostgreSQL.
#pragma once

#include "app/store/session_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresSessionStore final : public app::SessionStore {
 public:
  explicit PostgresSessionStore(Session& session) : session_(session) {}

  [[nodiscard]] std::optional<domain::Session> find(const Uuid& id) const override;
  [[nodiscard]] domain::Page<domain::Session> list_alive(
      const Uuid& user_id, Timestamp now, const domain::PageRequest& page) const override;
  [[nodiscard]] std::optional<domain::Session> lock(const Uuid& id) override;
  [[nodiscard]] std::optional<Match> lock_by_refresh_token(const TokenHash& hash) override;
  void insert(const domain::Session& session, const TokenHash& refresh_token) override;
  void rotate(const Uuid& session_id, const TokenHash& used, const TokenHash& next, Timestamp now,
              Timestamp expires_at) override;
  void end(const Uuid& session_id, Timestamp now) override;
  void end_others(const Uuid& user_id, const Uuid& kept_session_id, Timestamp now) override;
  void end_all(const Uuid& user_id, Timestamp now) override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
