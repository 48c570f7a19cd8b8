#include "app/admin/revoke_any_token.hpp"

#include "app/tokens/revocation.hpp"

namespace zenzefi::app {

domain::Result<RevokeAnyToken::Output> RevokeAnyToken::run(const Input& input) {
  const auto revocation =
      database_.run([&](Transaction& transaction) -> domain::Result<Revocation> {
        // A token never changes hands, so its owner can be locked first, as everywhere.
        const auto owner_id = transaction.tokens().find_owner(input.token_id);
        const auto owner = owner_id ? transaction.users().lock(*owner_id) : std::nullopt;
        const auto token =
            owner ? transaction.tokens().lock(input.token_id, *owner_id) : std::nullopt;
        const Timestamp now = clock_.now();
        if (const auto usable = require_usable(token, now); !usable) {
          return tl::unexpected{usable.error()};
        }
        return revoke_locked(transaction, entropy_, *token, owner->currency_balance, input.admin_id,
                             now);
      });
  if (!revocation) {
    return tl::unexpected{revocation.error()};
  }
  deliver_tombstones(database_, cache_, clock_, {revocation->tombstone});
  return Output{revocation->refund, revocation->new_balance};
}

}  // namespace zenzefi::app
