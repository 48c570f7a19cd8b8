#include "fake/audit_log.hpp"

#include "fake/newest_first.hpp"

namespace zenzefi::test {
namespace {

std::string json_of(const std::vector<std::pair<std::string_view, std::string>>& detail) {
  std::string json{"{"};
  for (const auto& [name, value] : detail) {
    json += (json.size() > 1 ? ", \"" : "\"") + std::string{name} + "\": \"" + value + '"';
  }
  return json + '}';
}

domain::AuditEntry read(const StoredAuditEntry& stored, std::int64_t id) {
  const app::AuditLog::NewEntry& entry = stored.entry;
  return {id,
          entry.account_id,
          entry.actor_id,
          std::string{domain::to_string(entry.action)},
          std::string{domain::to_string(entry.target_type)},
          entry.target_id,
          json_of(entry.detail),
          entry.ip_address,
          stored.created_at};
}

}  // namespace

domain::Page<domain::AuditEntry> FakeAuditLog::list(const Filter& filter,
                                                    const domain::PageRequest& page) const {
  std::vector<domain::AuditEntry> oldest_first;
  for (const StoredAuditEntry& stored : state_.audit) {
    oldest_first.push_back(read(stored, static_cast<std::int64_t>(oldest_first.size()) + 1));
  }
  return newest_first(oldest_first, page, [&](const domain::AuditEntry& entry) {
    return (!filter.account_id || entry.account_id == filter.account_id) &&
           (!filter.actor_id || entry.actor_id == filter.actor_id) &&
           (!filter.target_id || entry.target_id == filter.target_id) &&
           (!filter.action || entry.action == *filter.action);
  });
}

}  // namespace zenzefi::test
