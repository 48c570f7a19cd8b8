#include "infra/postgres/store/outbox.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

constexpr Statement kAdd{"outbox_add", "INSERT INTO outbox (token_hash) VALUES ($1) RETURNING id"};
constexpr Statement kLockOldest{
    "outbox_lock_oldest",
    "SELECT id, token_hash FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"};
constexpr Statement kRemove{"outbox_remove", "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"};

}  // namespace

app::PendingInvalidation PostgresOutbox::add(const TokenHash& hash) {
  return {.id = session_.execute(kAdd, hash)[0][0].as<std::int64_t>(), .hash = hash};
}

std::vector<app::PendingInvalidation> PostgresOutbox::lock_oldest(std::size_t limit) {
  std::vector<app::PendingInvalidation> out;
  for (const auto& row : session_.execute(kLockOldest, std::uint64_t{limit})) {
    RowReader reader{row};
    const std::int64_t id = reader.integer();
    out.push_back({.id = id, .hash = reader.token_hash()});
  }
  return out;
}

void PostgresOutbox::remove(std::span<const std::int64_t> ids) {
  session_.execute(kRemove, ids);
}

}  // namespace zenzefi::infra
