#pragma once

#include "app/database.hpp"
#include "domain/ledger_entry.hpp"
#include "domain/page.hpp"

namespace zenzefi::app {

// Newest first. Thread-safe.
class ListTransactions {
 public:
  explicit ListTransactions(Database& database) : database_(database) {}

  domain::Result<domain::Page<domain::LedgerEntry>> run(const Uuid& user_id,
                                                        const domain::PageRequest& page);

 private:
  Database& database_;
};

}  // namespace zenzefi::app
