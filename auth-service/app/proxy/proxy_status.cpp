#include "app/proxy/proxy_status.hpp"

#include "app/tokens/refusal.hpp"

namespace zenzefi::app {

domain::Result<ProxyStatus::Output> ProxyStatus::run(const TokenHash& hash) {
  return database_.read([&](const Transaction& transaction) -> domain::Result<Output> {
    const auto found = transaction.tokens().find(hash);
    const Timestamp now = clock_.now();
    if (refusal_at(now, found)) {
      return domain::fail(domain::ErrorCode::kUnauthenticated, "Invalid or expired access token");
    }
    const domain::AccessToken& token = found->token;
    Output output{token.user_id,      token.id,           token.id,
                  token.activated_at, token.expires_at(), token.remaining_at(now)};
    // Usage arrives a moment after it happened, and not at all where nginx does not count it.
    if (const auto session = transaction.proxy_sessions().latest_of(token.id)) {
      output.session_id = session->id;
      output.started_at = session->started_at;
      output.bytes_transferred = session->bytes_in + session->bytes_out;
    }
    return output;
  });
}

}  // namespace zenzefi::app
