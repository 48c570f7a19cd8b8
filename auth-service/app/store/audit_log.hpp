// The append-only record of all that touches money, access or accounts, within one transaction: an
// entry is there exactly when what it tells of happened.
//
// Entries form chains, one for each account they concern, and an entry locks its chain until the
// transaction ends. So it is written last, after every row lock, and a transaction writes to one
// chain only: then no two can wait for each other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/audit_entry.hpp"
#include "domain/page.hpp"

namespace zenzefi::app {

class AuditLog {
 public:
  AuditLog() = default;
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;
  virtual ~AuditLog() = default;

  struct NewEntry {
    domain::AuditAction action{};
    std::optional<Uuid> account_id = {};  // whom it concerns: the chain it is written to
    std::optional<Uuid> actor_id = {};
    domain::AuditTarget target_type{};
    std::optional<Uuid> target_id = {};
    std::vector<std::pair<std::string_view, std::string>> detail = {};  // never a secret
    std::string ip_address = {};  // what is no address is left out
  };
  virtual void append(const NewEntry& entry) = 0;
  // The same, in order, for any number of entries that concern one account, were done by one actor,
  // each to a target, from no address.
  virtual void append_all(std::span<const NewEntry> entries) = 0;

  struct Filter {
    std::optional<Uuid> account_id;
    std::optional<Uuid> actor_id;
    std::optional<Uuid> target_id;
    std::optional<std::string> action;
  };
  // Newest first.
  [[nodiscard]] virtual domain::Page<domain::AuditEntry> list(
      const Filter& filter, const domain::PageRequest& page) const = 0;
};

}  // namespace zenzefi::app
