#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/database.hpp"
#include "app/entropy.hpp"
#include "app/grant_cache.hpp"
#include "app/tokens/revocation.hpp"
#include "domain/user.hpp"
#include "shared/clock.hpp"

namespace zenzefi::app {

// Changes somebody's account as an administrator. Thread-safe.
//
// Deactivating revokes all that the user holds: every session ends, and every access token that is
// not over is revoked as its owner would revoke it, refund and all, in the same transaction. When
// it answers, each tombstone is either in Redis or in the outbox. Activating an account again
// brings none of that back.
class UpdateUser {
 public:
  struct Input {
    Uuid admin_id;  // who does it
    Uuid user_id;
    std::optional<bool> is_active;
    std::optional<domain::Role> role;
    // Absent: stays. Present but empty (JSON null): is removed.
    std::optional<std::optional<std::string>> full_name;
  };

  UpdateUser(Database& database, GrantCache& cache, Entropy& entropy, const Clock& clock)
      : database_(database), cache_(cache), entropy_(entropy), clock_(clock) {}

  // kNotFound: no such account. kRuleViolated: it is the last active administrator's and would not
  // be that any more, the refunds would outgrow the balance, or the name breaks
  // domain/validation.hpp.
  domain::Result<domain::User> run(const Input& input);

 private:
  struct Updated {
    domain::User user;
    std::vector<PendingTombstone> tombstones;
  };
  domain::Result<Updated> update(Transaction& transaction, const Input& input);
  domain::Result<std::vector<PendingTombstone>> deactivate(Transaction& transaction,
                                                           const domain::User& user,
                                                           const Uuid& admin_id);

  Database& database_;
  GrantCache& cache_;
  Entropy& entropy_;
  const Clock& clock_;
};

}  // namespace zenzefi::app
