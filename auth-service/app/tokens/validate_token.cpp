#include "app/tokens/validate_token.hpp"

#include "app/secret_hash.hpp"

namespace zenzefi::app {

domain::Result<ValidateToken::Output> ValidateToken::run(std::string_view token) {
  if (!is_plausible_token(token)) {
    return Refusal::kUnknown;
  }
  const auto hash = secret_hash(token);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  return database_.read([&](const Transaction& transaction) -> domain::Result<Output> {
    const auto found = transaction.tokens().find(*hash);
    const Timestamp now = clock_.now();
    if (const auto refusal = refusal_at(now, found)) {
      return *refusal;
    }
    const domain::AccessToken& valid = found->token;
    return ValidToken{valid.user_id, valid.id, valid.expires_at(), valid.remaining_at(now)};
  });
}

}  // namespace zenzefi::app
