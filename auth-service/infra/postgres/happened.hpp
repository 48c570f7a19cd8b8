// What a transaction did to money, access and accounts, for whoever counts. It is told of once it
// has been committed, so nothing is counted twice or for nothing.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "domain/audit_entry.hpp"
#include "domain/ledger_entry.hpp"

namespace zenzefi::infra {

struct Happened {
  std::vector<domain::AuditAction> actions;
  std::vector<std::pair<domain::TransactionType, domain::Money>> entries;

  [[nodiscard]] bool nothing() const noexcept { return actions.empty() && entries.empty(); }
};

// Called on the thread that committed. Thread-safe, and must not throw.
using CommitObserver = std::function<void(const Happened&)>;

}  // namespace zenzefi::infra
