#include "app/account/logout.hpp"

#include "app/secret_hash.hpp"

namespace zenzefi::app {

domain::Result<void> Logout::run(std::string_view refresh_token) {
  const auto hash = secret_hash(refresh_token);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  return database_.run([&](Transaction& transaction) -> domain::Result<void> {
    const auto match = transaction.sessions().lock_by_refresh_token(*hash);
    if (match && !match->session.ended_at) {
      transaction.sessions().end(match->session.id, clock_.now());
      transaction.audit().append({.action = domain::AuditAction::kSessionEnded,
                                  .account_id = match->session.user_id,
                                  .actor_id = match->session.user_id,
                                  .target_type = domain::AuditTarget::kSession,
                                  .target_id = match->session.id});
    }
    return {};
  });
}

}  // namespace zenzefi::app
