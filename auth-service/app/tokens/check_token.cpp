#include "app/tokens/check_token.hpp"

namespace zenzefi::app {
namespace {

using Found = std::optional<AccessTokenStore::OwnedToken>;

}  // namespace

domain::Result<CheckToken::Output> CheckToken::run(const TokenHash& hash) {
  auto decision = decide(hash);
  if (!decision) {
    return decision;
  }
  if (const auto* const grant = std::get_if<Grant>(&*decision)) {
    // The grant holds whether or not Redis has heard of it.
    static_cast<void>(cache_.put_if_absent(hash, *grant));
  }
  return decision;
}

domain::Result<CheckToken::Output> CheckToken::decide(const TokenHash& hash) {
  const auto found = database_.read([&](const Transaction& transaction) -> domain::Result<Found> {
    return transaction.tokens().find(hash);
  });
  if (!found) {
    return tl::unexpected{found.error()};
  }
  if (const auto refusal = refusal_at(clock_.now(), *found)) {
    return *refusal;
  }
  const domain::AccessToken& token = (*found)->token;
  if (token.activated_at) {
    return token.grant();
  }
  return activate(hash, token.id);
}

domain::Result<CheckToken::Output> CheckToken::activate(const TokenHash& hash,
                                                        const Uuid& token_id) {
  return database_.run([&](Transaction& transaction) -> domain::Result<Output> {
    const Timestamp now = clock_.now();
    const bool activated = transaction.tokens().activate(token_id, now);
    // Read again whoever activated it: another request may have been first, or a revocation.
    const Found found = transaction.tokens().find(hash);
    if (const auto refusal = refusal_at(now, found)) {
      return *refusal;
    }
    if (!found->token.activated_at) {
      return domain::fail(domain::ErrorCode::kInternal, "a usable token did not activate");
    }
    if (activated) {
      transaction.audit().append({.action = domain::AuditAction::kTokenActivated,
                                  .account_id = found->token.user_id,
                                  .actor_id = found->token.user_id,
                                  .target_type = domain::AuditTarget::kToken,
                                  .target_id = token_id});
    }
    return found->token.grant();
  });
}

}  // namespace zenzefi::app
