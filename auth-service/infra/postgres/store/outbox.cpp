#include "infra/postgres/store/outbox.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define COLUMNS "id, token_hash, floor(extract(epoch FROM created_at) * 1000)::bigint"

constexpr Statement kOutboxAdd{
    "outbox_add", "INSERT INTO outbox (token_hash) SELECT unnest($1::bytea[]) RETURNING " COLUMNS};
constexpr Statement kOutboxLockOldest{"outbox_lock_oldest",
                                      "SELECT " COLUMNS
                                      " FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"};
constexpr Statement kOutboxIsOlder{
    "outbox_is_older",
    "SELECT created_at < clock_timestamp() - $1 * interval '1 millisecond' FROM outbox "
    "ORDER BY id LIMIT 1"};
constexpr Statement kOutboxRemove{"outbox_remove",
                                  "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"};

#undef COLUMNS

std::vector<app::PendingInvalidation> read_rows(const pqxx::result& rows) {
  std::vector<app::PendingInvalidation> out;
  for (const auto& row : rows) {
    RowReader reader{row};
    const std::int64_t id = reader.integer();
    const TokenHash hash = reader.token_hash();
    out.push_back({id, hash, PreciseTimestamp{std::chrono::milliseconds{reader.integer()}}});
  }
  return out;
}

}  // namespace

std::vector<app::PendingInvalidation> PostgresOutbox::add(std::span<const TokenHash> hashes) {
  return read_rows(session_.execute(kOutboxAdd, hashes));
}

std::vector<app::PendingInvalidation> PostgresOutbox::lock_oldest(std::size_t limit) {
  return read_rows(session_.execute(kOutboxLockOldest, std::uint64_t{limit}));
}

bool PostgresOutbox::holds_older_than(std::chrono::milliseconds age) const {
  const pqxx::result oldest = session_.execute(kOutboxIsOlder, age.count());
  return !oldest.empty() && oldest[0][0].as<bool>();
}

void PostgresOutbox::remove(std::span<const std::int64_t> ids) {
  session_.execute(kOutboxRemove, ids);
}

}  // namespace zenzefi::infra
