#include "app/account/end_session.hpp"

namespace zenzefi::app {

domain::Result<void> EndSession::run(const Input& input) {
  return database_.run([&](Transaction& transaction) -> domain::Result<void> {
    const Timestamp now = clock_.now();
    const auto session = transaction.sessions().lock(input.session_id);
    if (!session || session->user_id != input.user_id || !session->alive_at(now)) {
      return domain::fail(domain::ErrorCode::kNotFound, "Session not found");
    }
    transaction.sessions().end(session->id, now);
    transaction.audit().append({.action = domain::AuditAction::kSessionEnded,
                                .account_id = session->user_id,
                                .actor_id = session->user_id,
                                .target_type = domain::AuditTarget::kSession,
                                .target_id = session->id});
    return {};
  });
}

}  // namespace zenzefi::app
