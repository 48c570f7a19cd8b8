// Access tokens in the database, within one transaction.
#pragma once

#include <optional>

#include "domain/access_token.hpp"
#include "domain/page.hpp"

namespace zenzefi::app {

class AccessTokenStore {
 public:
  AccessTokenStore() = default;
  AccessTokenStore(const AccessTokenStore&) = delete;
  AccessTokenStore& operator=(const AccessTokenStore&) = delete;
  virtual ~AccessTokenStore() = default;

  struct OwnedToken {
    domain::AccessToken token;
    bool owner_is_active = true;
  };
  [[nodiscard]] virtual std::optional<OwnedToken> find(const TokenHash& hash) const = 0;

  // Newest first. `usable_at`: only those that are neither revoked nor expired at that time.
  [[nodiscard]] virtual domain::Page<domain::AccessToken> list(
      const Uuid& user_id, std::optional<Timestamp> usable_at,
      const domain::PageRequest& page) const = 0;

  // Holds the row until the transaction ends. Empty unless it belongs to that user.
  [[nodiscard]] virtual std::optional<domain::AccessToken> lock(const Uuid& id,
                                                                const Uuid& user_id) = 0;

  struct NewAccessToken {
    Uuid id;
    Uuid user_id;
    TokenHash hash;
    std::string sealed;
    std::uint32_t duration_hours = 0;
    domain::Money price_paid;
  };
  virtual domain::AccessToken insert(const NewAccessToken& token) = 0;

  // Starts the clock, unless it runs already or the token is revoked; says whether it did. Of
  // several at once exactly one does.
  virtual bool activate(const Uuid& id, Timestamp now) = 0;

  virtual void mark_revoked(const Uuid& id, Timestamp now) = 0;
};

}  // namespace zenzefi::app
