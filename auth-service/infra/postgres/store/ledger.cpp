#include "infra/postgres/store/ledger.hpp"

#include <vector>

#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

#define ENTRY_COLUMNS                                                                            \
  "id, user_id, amount, transaction_type, description, balance_after, token_id, " ZENZEFI_EPOCH( \
      "created_at")

// One statement, so that no way leads to one without the other.
constexpr Statement kLedgerBook{
    "ledger_book",
    "WITH moved AS (UPDATE users SET currency_balance = currency_balance + $3 WHERE id = $2 "
    "RETURNING currency_balance) "
    "INSERT INTO transactions "
    "(id, user_id, amount, transaction_type, description, token_id, balance_after) "
    "SELECT $1, $2, $3, $4, $5, $6, currency_balance FROM moved RETURNING " ENTRY_COLUMNS};
// One update of the balance however many there are: see 0015_audit_in_bulk.up.sql.
constexpr Statement kLedgerBookRefunds{
    "ledger_book_refunds",
    "WITH refund AS (SELECT * FROM unnest($3::uuid[], $4::uuid[], $5::numeric[]) "
    "WITH ORDINALITY AS r (id, token_id, amount, number)), "
    "moved AS (UPDATE users SET currency_balance = currency_balance + "
    "(SELECT coalesce(sum(amount), 0) FROM refund) WHERE id = $1 RETURNING currency_balance), "
    "booked AS (INSERT INTO transactions "
    "(id, user_id, amount, transaction_type, description, token_id, balance_after, created_at) "
    "SELECT r.id, $1, r.amount, 'refund', $2, r.token_id, m.currency_balance "
    "- sum(r.amount) OVER () + sum(r.amount) OVER (ORDER BY r.number), "
    // In that order also where the clock stands still between two rows.
    "clock_timestamp() + r.number * interval '1 microsecond' FROM refund r, moved m ORDER BY "
    "r.number) SELECT currency_balance FROM moved"};
constexpr Statement kLedgerFind{"ledger_find",
                                "SELECT " ENTRY_COLUMNS " FROM transactions WHERE id = $1"};
constexpr Statement kLedgerCount{"ledger_count",
                                 "SELECT count(*) FROM transactions WHERE user_id = $1"};
constexpr Statement kLedgerList{"ledger_list",
                                "SELECT " ENTRY_COLUMNS
                                " FROM transactions WHERE user_id = $1 "
                                "ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3"};

#undef ENTRY_COLUMNS

domain::LedgerEntry read_ledger_entry(const pqxx::row& row) {
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
  const pqxx::result result = session_.execute(kLedgerBook, entry.id, entry.user_id, entry.amount,
                                               domain::to_string(entry.transaction_type),
                                               entry.description, entry.token_id);
  happened_.entries.emplace_back(entry.transaction_type, entry.amount);
  return read_ledger_entry(result.at(0));
}

domain::Money PostgresLedger::book_refunds(const Uuid& user_id, const std::string& description,
                                           std::span<const Refund> refunds) {
  std::vector<Uuid> ids;
  std::vector<Uuid> token_ids;
  std::vector<domain::Money> amounts;
  for (const Refund& refund : refunds) {
    ids.push_back(refund.id);
    token_ids.push_back(refund.token_id);
    amounts.push_back(refund.amount);
    happened_.entries.emplace_back(domain::TransactionType::kRefund, refund.amount);
  }
  const pqxx::result result =
      session_.execute(kLedgerBookRefunds, user_id, description, std::span<const Uuid>{ids},
                       std::span<const Uuid>{token_ids}, std::span<const domain::Money>{amounts});
  const pqxx::row row = result.at(0);
  return RowReader{row}.money();
}

std::optional<domain::LedgerEntry> PostgresLedger::find(const Uuid& id) const {
  const pqxx::result result = session_.execute(kLedgerFind, id);
  if (result.empty()) {
    return std::nullopt;
  }
  return read_ledger_entry(result[0]);
}

domain::Page<domain::LedgerEntry> PostgresLedger::list(const Uuid& user_id,
                                                       const domain::PageRequest& page) const {
  domain::Page<domain::LedgerEntry> out{.items = {}, .total = 0, .request = page};
  out.total = session_.execute(kLedgerCount, user_id)[0][0].as<std::uint64_t>();
  for (const auto& row : session_.execute(kLedgerList, user_id, page.limit, page.offset)) {
    out.items.push_back(read_ledger_entry(row));
  }
  return out;
}

}  // namespace zenzefi::infra
