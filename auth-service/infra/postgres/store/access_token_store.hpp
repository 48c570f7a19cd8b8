// Access tokens in PostgreSQL.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "app/store/access_token_store.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {

// Good as long as its session.
class PostgresAccessTokenStore final : public app::AccessTokenStore {
 public:
  explicit PostgresAccessTokenStore(Session& session) : session_(session) {}

  [[nodiscard]] std::vector<std::optional<OwnedToken>> find_all(
      std::span<const TokenHash> hashes) const override;
  [[nodiscard]] domain::Page<domain::AccessToken> list(
      const Uuid& user_id, std::optional<Timestamp> usable_at,
      const domain::PageRequest& page) const override;
  [[nodiscard]] domain::Page<domain::AccessToken> search(
      const Filter& filter, const domain::PageRequest& page) const override;
  [[nodiscard]] std::optional<Uuid> find_owner(const Uuid& id) const override;
  [[nodiscard]] std::vector<app::RevokedToken> list_revoked(Timestamp now) const override;
  [[nodiscard]] std::vector<domain::AccessToken> lock_usable(const Uuid& user_id,
                                                             Timestamp now) override;
  [[nodiscard]] std::optional<domain::AccessToken> lock(const Uuid& id,
                                                        const Uuid& user_id) override;
  domain::AccessToken insert(const NewAccessToken& token) override;
  bool activate(const Uuid& id, Timestamp now) override;
  void mark_revoked(std::span<const Uuid> ids, Timestamp now) override;
  void extend(const Extension& extension, domain::Money price) override;
  [[nodiscard]] std::optional<Extension> find_extension(const Uuid& transaction_id) const override;

 private:
  Session& session_;
};

}  // namespace zenzefi::infra
