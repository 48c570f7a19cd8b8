#include "infra/postgres/audit_verifier.hpp"

#include <string_view>

#include "infra/postgres/connection.hpp"
#include "infra/postgres/failure.hpp"
#include "infra/postgres/one_moment.hpp"
#include "infra/postgres/row_reader.hpp"
#include "infra/postgres/session.hpp"
#include "shared/hex.hpp"
#include "shared/token.hpp"

namespace zenzefi::infra {
namespace {

constexpr std::uint32_t kBatch = 5000;

constexpr Statement kAuditVerifyEntries{
    "audit_verify_entries",
    "SELECT chain_id, sequence, id, encode(previous_hash, 'hex'), encode(hash, 'hex'), actor_id, "
    "action, target_type, target_id, detail::text, host(ip_address), "
    "(extract(epoch FROM created_at) * 1000000)::bigint FROM audit_log "
    "WHERE (chain_id, sequence) > ($1, $2) ORDER BY chain_id, sequence LIMIT $3"};
// Chains whose newest entry is not the one they should end with.
constexpr char kEnds[] =
    "SELECT coalesce(c.chain_id, l.chain_id), coalesce(l.sequence, 0) FROM audit_chains c "
    "FULL JOIN (SELECT DISTINCT ON (chain_id) chain_id, sequence, hash FROM audit_log "
    "           ORDER BY chain_id, sequence DESC) l ON l.chain_id = c.chain_id "
    "WHERE c.length IS DISTINCT FROM coalesce(l.sequence, 0) "
    "   OR (l.hash IS NOT NULL AND l.hash <> c.hash) ORDER BY 1 LIMIT 1";

struct Entry {
  Uuid chain_id;
  std::int64_t sequence = 0;
  std::int64_t id = 0;
  std::string previous_hash;  // both in hexadecimal
  std::string hash;
  std::string content;  // as it is hashed
};

// See audit_field() in sql/0013_audit_chains.up.sql.
void add_field(std::string& content, const std::optional<std::string>& value) {
  if (!value) {
    content += '-';
    return;
  }
  content += std::to_string(value->size());
  content += ':';
  content += *value;
}

Entry read_chained_entry(const pqxx::row& row) {
  constexpr int kHashed = 7;  // columns, the last ones
  RowReader reader{row};
  Entry entry;
  entry.chain_id = reader.uuid();
  entry.sequence = reader.integer();
  entry.id = reader.integer();
  entry.previous_hash = reader.text();
  entry.hash = reader.text();
  add_field(entry.content, entry.chain_id.to_string());
  add_field(entry.content, std::to_string(entry.sequence));
  add_field(entry.content, std::to_string(entry.id));
  for (int i = 0; i < kHashed; ++i) {
    add_field(entry.content, reader.optional_text());
  }
  return entry;
}

std::string hash_of(const Entry& entry) {
  TokenHash previous;
  if (!hex_decode(entry.previous_hash, previous.bytes)) {
    return {};
  }
  std::string hashed{reinterpret_cast<const char*>(previous.bytes.data()), previous.bytes.size()};
  const auto hash = hash_token(hashed += entry.content);
  return hash ? hash->hex() : std::string{};
}

// The walk along the chains, one entry after the other.
class Walk {
 public:
  [[nodiscard]] std::optional<BrokenEntry> next(const Entry& entry) {
    if (entry.chain_id != chain_id_ || sequence_ == 0) {
      chain_id_ = entry.chain_id;
      sequence_ = 0;
      hash_.assign(2 * TokenHash{}.bytes.size(), '0');
    }
    const auto broken = [&](std::int64_t id, std::int64_t sequence, const char* problem) {
      return BrokenEntry{id, entry.chain_id, sequence, problem};
    };
    if (entry.sequence != sequence_ + 1) {
      return broken(0, sequence_ + 1, "is missing");
    }
    if (entry.previous_hash != hash_) {
      return broken(entry.id, entry.sequence, "does not follow on the entry before it");
    }
    if (entry.hash != hash_of(entry)) {
      return broken(entry.id, entry.sequence, "is not what was written");
    }
    sequence_ = entry.sequence;
    hash_ = entry.hash;
    return std::nullopt;
  }

  [[nodiscard]] const Uuid& chain_id() const { return chain_id_; }
  [[nodiscard]] std::int64_t sequence() const { return sequence_; }

 private:
  Uuid chain_id_;
  std::int64_t sequence_ = 0;
  std::string hash_;
};

AuditVerdict verify_entries(Session& session) {
  AuditVerdict verdict;
  Walk walk;
  while (true) {
    const pqxx::result rows =
        session.execute(kAuditVerifyEntries, walk.chain_id(), walk.sequence(), kBatch);
    for (const auto& row : rows) {
      if (auto broken = walk.next(read_chained_entry(row))) {
        verdict.first_broken = std::move(broken);
        return verdict;
      }
      ++verdict.entries;
    }
    if (rows.size() < kBatch) {
      return verdict;
    }
  }
}

std::optional<BrokenEntry> verify_ends(pqxx::transaction_base& transaction) {
  for (const auto& row : transaction.exec(kEnds)) {
    RowReader reader{row};
    const Uuid chain_id = reader.uuid();
    return BrokenEntry{0, chain_id, reader.integer() + 1,
                       "is missing, or where its chain ends was changed"};
  }
  return std::nullopt;
}

}  // namespace

std::string BrokenEntry::to_string() const {
  const std::string chain =
      chain_id == Uuid{} ? "of no account" : "of account " + chain_id.to_string();
  return (id == 0 ? "an entry" : "entry " + std::to_string(id)) + " (number " +
         std::to_string(sequence) + " " + chain + ") " + problem;
}

domain::Result<AuditVerdict> verify_audit_log(const PostgresSettings& settings) {
  try {
    Connection connection{settings, ConnectionPurpose::kAdministration};
    pqxx::work transaction{connection.pqxx()};
    transaction.exec(kOneMoment);
    Session session{connection, transaction};
    AuditVerdict verdict = verify_entries(session);
    if (!verdict.first_broken) {
      verdict.first_broken = verify_ends(transaction);
    }
    return verdict;
  } catch (...) {
    return tl::unexpected{current_failure().error};
  }
}

}  // namespace zenzefi::infra
