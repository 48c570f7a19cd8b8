#include "infra/postgres/store/audit_log.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "infra/postgres/address.hpp"
#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

constexpr Statement kAuditAppend{"audit_append",
                                 "INSERT INTO audit_log (chain_id, actor_id, action, target_type, "
                                 "target_id, detail, ip_address) "
                                 "VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7)"};

constexpr Statement kAuditAppendAll{"audit_append_all",
                                    "SELECT append_audit_entries($1, $2, $3::text[], $4::text[], "
                                    "$5::uuid[], $6::text[])"};

// Empty parameters want everything.
#define WANTED                                                                        \
  " FROM audit_log WHERE ($1::uuid IS NULL OR chain_id = $1) "                        \
  "AND ($2::uuid IS NULL OR actor_id = $2) AND ($3::uuid IS NULL OR target_id = $3) " \
  "AND ($4::text IS NULL OR action = $4)"

constexpr Statement kAuditCount{"audit_count", "SELECT count(*)" WANTED};
constexpr Statement kAuditList{
    "audit_list",
    "SELECT id, nullif(chain_id, '00000000-0000-0000-0000-000000000000'), actor_id, action, "
    "target_type, target_id, detail, host(ip_address), " ZENZEFI_EPOCH("created_at") WANTED
    " ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6"};

#undef WANTED

std::string json_of(const std::vector<std::pair<std::string_view, std::string>>& detail) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  const auto length = [](std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  };
  writer.StartObject();
  for (const auto& [name, value] : detail) {
    writer.Key(name.data(), length(name));
    writer.String(value.data(), length(value));
  }
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

domain::AuditEntry read_audit_entry(const pqxx::row& row) {
  RowReader reader{row};
  domain::AuditEntry entry;
  entry.id = reader.integer();
  entry.account_id = reader.optional_uuid();
  entry.actor_id = reader.optional_uuid();
  entry.action = reader.text();
  entry.target_type = reader.text();
  entry.target_id = reader.optional_uuid();
  entry.detail = reader.text();
  entry.ip_address = reader.text_or_empty();
  entry.created_at = reader.time();
  return entry;
}

}  // namespace

void PostgresAuditLog::append(const NewEntry& entry) {
  session_.execute(kAuditAppend, entry.account_id.value_or(Uuid{}), entry.actor_id,
                   domain::to_string(entry.action), domain::to_string(entry.target_type),
                   entry.target_id, json_of(entry.detail), address_or_nothing(entry.ip_address));
  happened_.actions.push_back(entry.action);
}

void PostgresAuditLog::append_all(std::span<const NewEntry> entries) {
  if (entries.empty()) {
    return;
  }
  std::vector<std::string> actions;
  std::vector<std::string> target_types;
  std::vector<Uuid> targets;
  std::vector<std::string> details;
  for (const NewEntry& entry : entries) {
    actions.emplace_back(domain::to_string(entry.action));
    target_types.emplace_back(domain::to_string(entry.target_type));
    targets.push_back(entry.target_id.value());
    details.push_back(json_of(entry.detail));
    happened_.actions.push_back(entry.action);
  }
  using Texts = std::span<const std::string>;
  session_.execute(kAuditAppendAll, entries.front().account_id.value_or(Uuid{}),
                   entries.front().actor_id, Texts{actions}, Texts{target_types},
                   std::span<const Uuid>{targets}, Texts{details});
}

domain::Page<domain::AuditEntry> PostgresAuditLog::list(const Filter& filter,
                                                        const domain::PageRequest& page) const {
  domain::Page<domain::AuditEntry> out{.items = {}, .total = 0, .request = page};
  out.total = session_
                  .execute(kAuditCount, filter.account_id, filter.actor_id, filter.target_id,
                           filter.action)[0][0]
                  .as<std::uint64_t>();
  for (const auto& row :
       session_.execute(kAuditList, filter.account_id, filter.actor_id, filter.target_id,
                        filter.action, page.limit, page.offset)) {
    out.items.push_back(read_audit_entry(row));
  }
  return out;
}

}  // namespace zenzefi::infra
