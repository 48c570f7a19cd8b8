#include "app/idempotency.hpp"

#include "app/field_check.hpp"
#include "app/secret_hash.hpp"
#include "domain/validation.hpp"

namespace zenzefi::app {

domain::Result<std::optional<IdempotentRequest>> idempotent_request(
    const Uuid& user_id, IdempotentCall call, const std::optional<std::string>& key,
    std::string_view body) {
  if (!key) {
    return std::nullopt;
  }
  if (auto valid = require_valid({{"Idempotency-Key", domain::idempotency_key_problem(*key)}});
      !valid) {
    return tl::unexpected{valid.error()};
  }
  const auto hash = secret_hash(body);
  if (!hash) {
    return tl::unexpected{hash.error()};
  }
  return IdempotentRequest{{user_id, call, *key}, hash->hex()};
}

domain::Result<Uuid> claim(IdempotencyStore& store, const IdempotentRequest& request,
                           const Uuid& transaction_id, Timestamp now) {
  const auto earlier = store.claim(request.scope, {request.fingerprint, transaction_id}, now);
  if (!earlier) {
    return transaction_id;
  }
  if (earlier->fingerprint != request.fingerprint) {
    return domain::fail(domain::ErrorCode::kConflict,
                        "Idempotency-Key was already used with another request");
  }
  return earlier->transaction_id;
}

}  // namespace zenzefi::app
