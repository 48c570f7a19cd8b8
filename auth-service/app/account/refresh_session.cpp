#include "app/account/refresh_session.hpp"

#include "app/secret_hash.hpp"

namespace zenzefi::app {
namespace {

using domain::ErrorCode;

struct Renewed {
  Principal principal;
  std::chrono::seconds lifetime{};
};

// Empty, and still to be committed, when the token is good for nothing: a reused one ends its
// session.
domain::Result<std::optional<Renewed>> rotate(Transaction& transaction, const TokenHash& used,
                                              const TokenHash& next, Timestamp now) {
  const auto match = transaction.sessions().lock_by_refresh_token(used);
  if (!match || !match->session.alive_at(now)) {
    return std::nullopt;
  }
  const domain::Session& session = match->session;
  if (match->token.used_at) {
    transaction.sessions().end(session.id, now);
    transaction.audit().append({.action = domain::AuditAction::kRefreshTokenReused,
                                .account_id = session.user_id,
                                .target_type = domain::AuditTarget::kSession,
                                .target_id = session.id});
    return std::nullopt;
  }
  const auto user = transaction.users().find(session.user_id);
  if (!user) {
    return std::nullopt;
  }
  if (!user->is_active) {
    return domain::fail(ErrorCode::kForbidden, "Account is inactive");
  }
  transaction.sessions().rotate(session.id, used, next, now, now + session.lifetime());
  return Renewed{{user->id, session.id, user->username, user->role}, session.lifetime()};
}

}  // namespace

domain::Result<SignIn> RefreshSession::run(std::string_view refresh_token) {
  std::string next = entropy_.refresh_token();
  const auto used_hash = secret_hash(refresh_token);
  const auto next_hash = secret_hash(next);
  if (!used_hash || !next_hash) {
    return tl::unexpected{(used_hash ? next_hash : used_hash).error()};
  }
  const auto renewed = database_.run([&](Transaction& transaction) {
    return rotate(transaction, *used_hash, *next_hash, clock_.now());
  });
  if (!renewed) {
    return tl::unexpected{renewed.error()};
  }
  if (!*renewed) {
    return domain::fail(ErrorCode::kUnauthenticated, "Invalid or expired refresh token");
  }
  return make_sign_in(tokens_, (*renewed)->principal, std::move(next), (*renewed)->lifetime);
}

}  // namespace zenzefi::app
