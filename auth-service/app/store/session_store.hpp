// Sessions of the account API and their refresh tokens, within one transaction.
#pragma once

#include <optional>

#include "domain/page.hpp"
#include "domain/session.hpp"

namespace zenzefi::app {

class SessionStore {
 public:
  SessionStore() = default;
  SessionStore(const SessionStore&) = delete;
  SessionStore& operator=(const SessionStore&) = delete;
  virtual ~SessionStore() = default;

  [[nodiscard]] virtual std::optional<domain::Session> find(const Uuid& id) const = 0;

  // Neither ended nor expired at that time; newest first.
  [[nodiscard]] virtual domain::Page<domain::Session> list_alive(
      const Uuid& user_id, Timestamp now, const domain::PageRequest& page) const = 0;

  // Holds the row until the transaction ends.
  [[nodiscard]] virtual std::optional<domain::Session> lock(const Uuid& id) = 0;

  struct Match {
    domain::Session session;
    domain::RefreshToken token;
  };
  // The session a refresh token belongs to, used or not. Holds the session's row until the
  // transaction ends, so that of two uses of one token the second sees the first.
  [[nodiscard]] virtual std::optional<Match> lock_by_refresh_token(const TokenHash& hash) = 0;

  virtual void insert(const domain::Session& session, const TokenHash& refresh_token) = 0;

  // `used` is dead from now on, `next` takes its place, and the session lives until `expires_at`.
  virtual void rotate(const Uuid& session_id, const TokenHash& used, const TokenHash& next,
                      Timestamp now, Timestamp expires_at) = 0;

  virtual void end(const Uuid& session_id, Timestamp now) = 0;
  virtual void end_others(const Uuid& user_id, const Uuid& kept_session_id, Timestamp now) = 0;
  virtual void end_all(const Uuid& user_id, Timestamp now) = 0;
};

}  // namespace zenzefi::app
