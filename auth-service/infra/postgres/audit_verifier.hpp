// Proves that nobody changed or removed what the audit log tells.
//
// It finds an entry whose content is not what was hashed, one that is missing or out of place, and
// a chain that was cut short. It cannot find a log that somebody who may write to every table has
// computed anew from there on: keep the newest hashes elsewhere to be safe from that, too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/error.hpp"
#include "infra/postgres/settings.hpp"
#include "shared/uuid.hpp"

namespace zenzefi::infra {

struct BrokenEntry {
  std::int64_t id = 0;  // audit_log.id; 0 when it is missing
  Uuid chain_id;        // the account's; zeros for what concerns none
  std::int64_t sequence = 0;
  std::string problem;

  // "entry 17 (number 3 of account <id>) is not what was written", one line.
  [[nodiscard]] std::string to_string() const;
};

struct AuditVerdict {
  std::uint64_t entries = 0;  // that were looked at
  std::optional<BrokenEntry> first_broken;
};

// Reads everything at one moment in time, beside a running service; chain after chain, to the first
// entry that is broken. kUnavailable, kInternal.
[[nodiscard]] domain::Result<AuditVerdict> verify_audit_log(const PostgresSettings& settings);

}  // namespace zenzefi::infra
