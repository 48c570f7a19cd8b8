#include "app/credits/list_transactions.hpp"

namespace zenzefi::app {

domain::Result<domain::Page<domain::LedgerEntry>> ListTransactions::run(
    const Uuid& user_id, const domain::PageRequest& page) {
  using Entries = domain::Page<domain::LedgerEntry>;
  return database_.read([&](const Transaction& transaction) -> domain::Result<Entries> {
    return transaction.ledger().list(user_id, page);
  });
}

}  // namespace zenzefi::app
