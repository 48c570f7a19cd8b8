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
    return Output{token.user_id,      token.id,           token.id,
                  token.activated_at, token.expires_at(), token.remaining_at(now)};
  });
}

}  // namespace zenzefi::app
