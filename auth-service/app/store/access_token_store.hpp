// Access tokens in the database, within one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/revoked_token.hpp"
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
  // One for each hash, at its place.
  [[nodiscard]] virtual std::vector<std::optional<OwnedToken>> find_all(
      std::span<const TokenHash> hashes) const = 0;
  [[nodiscard]] std::optional<OwnedToken> find(const TokenHash& hash) const {
    return find_all({&hash, 1}).front();
  }

  // Newest first. `usable_at`: only those that are neither revoked nor expired at that time.
  [[nodiscard]] virtual domain::Page<domain::AccessToken> list(
      const Uuid& user_id, std::optional<Timestamp> usable_at,
      const domain::PageRequest& page) const = 0;

  // Of everybody, newest first. `status` is what it is at `now`.
  struct Filter {
    std::optional<Uuid> user_id;
    std::optional<domain::TokenStatus> status;
    Timestamp now;
  };
  [[nodiscard]] virtual domain::Page<domain::AccessToken> search(
      const Filter& filter, const domain::PageRequest& page) const = 0;

  [[nodiscard]] virtual std::optional<Uuid> find_owner(const Uuid& id) const = 0;

  // Those revoked while their time ran, which would not be over at `now`; the last revoked first.
  [[nodiscard]] virtual std::vector<RevokedToken> list_revoked(Timestamp now) const = 0;

  // Holds the row until the transaction ends. Empty unless it belongs to that user.
  [[nodiscard]] virtual std::optional<domain::AccessToken> lock(const Uuid& id,
                                                                const Uuid& user_id) = 0;

  // All of a user's that are neither revoked nor expired at `now`; holds their rows.
  [[nodiscard]] virtual std::vector<domain::AccessToken> lock_usable(const Uuid& user_id,
                                                                     Timestamp now) = 0;

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

  virtual void mark_revoked(std::span<const Uuid> ids, Timestamp now) = 0;
  void mark_revoked(const Uuid& id, Timestamp now) { mark_revoked({&id, 1}, now); }

  // What an extension made of a token.
  struct Extension {
    Uuid transaction_id;  // the ledger entry that paid
    Uuid token_id;
    std::uint32_t duration_hours = 0;  // of the whole token, from then on
    std::optional<Timestamp> activated_at;
  };
  // Adds the price to what was paid. Requires lock() of the token in the same transaction.
  virtual void extend(const Extension& extension, domain::Money price) = 0;

  [[nodiscard]] virtual std::optional<Extension> find_extension(
      const Uuid& transaction_id) const = 0;
};

}  // namespace zenzefi::app
