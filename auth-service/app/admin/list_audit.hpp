#pragma once

#include "app/database.hpp"
#include "domain/audit_entry.hpp"
#include "domain/page.hpp"

namespace zenzefi::app {

// Who did what to whom, newest first. Thread-safe.
class ListAudit {
 public:
  struct Input {
    AuditLog::Filter filter;
    domain::PageRequest page;
  };

  explicit ListAudit(Database& database) : database_(database) {}

  domain::Result<domain::Page<domain::AuditEntry>> run(const Input& input) {
    return database_.read(
        [&](const Transaction& transaction) -> domain::Result<domain::Page<domain::AuditEntry>> {
          return transaction.audit().list(input.filter, input.page);
        });
  }

 private:
  Database& database_;
};

}  // namespace zenzefi::app
