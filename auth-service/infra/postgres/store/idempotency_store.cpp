#include "infra/postgres/store/idempotency_store.hpp"

#include "infra/postgres/failure.hpp"
#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

constexpr Statement kIdempotencyFind{
    "idempotency_find",
    "SELECT encode(fingerprint, 'hex'), transaction_id FROM idempotency_keys "
    "WHERE user_id = $1 AND call = $2 AND key = $3"};
constexpr Statement kIdempotencyForgetExpired{
    "idempotency_forget_expired",
    "DELETE FROM idempotency_keys WHERE user_id = $1 AND claimed_at <= to_timestamp($2)"};
// Waits for a transaction under way that inserted the same key.
constexpr Statement kIdempotencyClaim{
    "idempotency_claim",
    "INSERT INTO idempotency_keys (user_id, call, key, fingerprint, transaction_id, claimed_at) "
    "VALUES ($1, $2, $3, decode($4, 'hex'), $5, to_timestamp($6)) "
    "ON CONFLICT (user_id, call, key) DO NOTHING"};

}  // namespace

std::optional<app::IdempotentPurchase> PostgresIdempotencyStore::claim(
    const app::IdempotencyScope& scope, const app::IdempotentPurchase& purchase, Timestamp now) {
  session_.execute(kIdempotencyForgetExpired, scope.user_id,
                   Timestamp{now - app::kIdempotencyKeyLifetime});
  const auto claimed =
      session_.execute(kIdempotencyClaim, scope.user_id, app::to_string(scope.call), scope.key,
                       purchase.fingerprint, purchase.transaction_id, now);
  if (claimed.affected_rows() == 1) {
    return std::nullopt;
  }
  const auto holders =
      session_.execute(kIdempotencyFind, scope.user_id, app::to_string(scope.call), scope.key);
  if (holders.empty()) {
    throw Overtaken{"an Idempotency-Key was forgotten between its claim and the look at it"};
  }
  const pqxx::row holder = holders[0];
  RowReader reader{holder};
  app::IdempotentPurchase first;
  first.fingerprint = reader.text();
  first.transaction_id = reader.uuid();
  return first;
}

}  // namespace zenzefi::infra
