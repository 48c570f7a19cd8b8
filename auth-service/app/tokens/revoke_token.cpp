#include "app/tokens/revoke_token.hpp"

#include "app/tokens/revocation.hpp"

namespace zenzefi::app {

domain::Result<RevokeToken::Output> RevokeToken::run(const Input& input) {
  const auto revocation =
      database_.run([&](Transaction& transaction) -> domain::Result<Revocation> {
        // Always the user's row before the token's, as a purchase does.
        const auto user = transaction.users().lock(input.user_id);
        const auto token =
            user ? transaction.tokens().lock(input.token_id, input.user_id) : std::nullopt;
        const Timestamp now = clock_.now();
        if (const auto usable = require_usable(token, now); !usable) {
          return tl::unexpected{usable.error()};
        }
        return revoke_locked(transaction, entropy_, *token, user->currency_balance, input.user_id,
                             now);
      });
  if (!revocation) {
    return tl::unexpected{revocation.error()};
  }
  deliver_tombstones(database_, cache_, clock_, {revocation->tombstone});
  return Output{revocation->refund, revocation->new_balance};
}

}  // namespace zenzefi::app
