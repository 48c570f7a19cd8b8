#include "infra/postgres/store/ledger.hpp"

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define ENTRY_COLUMNS                                                                            \
  "id, user_id, amount, transaction_type, description, balance_after, token_id, " ZENZEFI_EPOCH( \
      "created_at")

// One statement, so that no way leads to one without the other.
constexpr Statement kBook{
    "ledger_book",
    "WITH moved AS (UPDATE users SET currency_balance = currency_balance + $3 WHERE id = $2 "
    "RETURNING currency_balance) "
    "INSERT INTO transactions "
    "(id, user_id, amount, transaction_type, description, token_id, balance_after) "
    "SELECT $1, $2, $3, $4, $5, $6, currency_balance FROM moved RETURNING " ENTRY_COLUMNS};
constexpr Statement kFind{"ledger_find",
                          "SELECT " ENTRY_COLUMNS " FROM transactions WHERE id = $1"};
constexpr Statement kCount{"ledger_count", "SELECT count(*) FROM transactions WHERE user_id = $1"};
constexpr Statement kList{"ledger_list", "SELECT " ENTRY_COLUMNS
                                         " FROM transactions WHERE user_id = $1 "
                                         "ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"};

#undef ENTRY_COLUMNS

domain::LedgerEntry read_entry(const pqxx::row& row) {
  RowReader reader{row};
  domain::LedgerEntry entry;
  entry.id = reader.uuid();
  entry.user_id = reader.uuid();
  entry.amount = reader.money();
  entry.transaction_type = domain::parse_transaction_type(reader.text()).value();
  entry.description = reader.text();
  entry.balance_after = reader.money();
  entry.token_id = reader.optional_uuid();
  entry.created_at = reader.time();
  return entry;
}

}  // namespace

domain::LedgerEntry PostgresLedger::book(const NewEntry& entry) {
  const pqxx::result result = session_.execute(kBook, entry.id, entry.user_id, entry.amount,
                                               domain::to_string(entry.transaction_type),
                                               entry.description, entry.token_id);
  return read_entry(result.at(0));
}

std::optional<domain::LedgerEntry> PostgresLedger::find(const Uuid& id) const {
  const pqxx::result result = session_.execute(kFind, id);
  if (result.empty()) {
    return std::nullopt;
  }
  return read_entry(result[0]);
}

domain::Page<domain::LedgerEntry> PostgresLedger::list(const Uuid& user_id,
                                                       const domain::PageRequest& page) const {
  domain::Page<domain::LedgerEntry> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kCount, user_id)[0][0].as<std::uint64_t>();
  for (const auto& row : session_.execute(kList, user_id, page.limit, page.offset)) {
    out.items.push_back(read_entry(row));
  }
  return out;
}

}  // namespace zenzefi::infra
