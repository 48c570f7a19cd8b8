#include "infra/postgres/maintenance.hpp"

#include "infra/postgres/connection.hpp"
#include "infra/postgres/failure.hpp"

namespace zenzefi::infra {
namespace {

// The append-only tables refuse this too, unless their owner says so.
constexpr char kClear[] = R"sql(
  ALTER TABLE transactions DISABLE TRIGGER transactions_not_truncated;
  ALTER TABLE audit_log DISABLE TRIGGER audit_log_not_truncated;
  TRUNCATE token_extensions, audit_chains, users, access_tokens, transactions, sessions, refresh_tokens, outbox, idempotency_keys,
           totp_secrets, backup_codes, audit_log, proxy_sessions, usage_batches, payments RESTART IDENTITY;
  ALTER TABLE audit_log ENABLE TRIGGER audit_log_not_truncated;
  ALTER TABLE transactions ENABLE TRIGGER transactions_not_truncated;
)sql";

}  // namespace

domain::Result<void> clear_data(const PostgresSettings& settings) {
  try {
    Connection connection{settings, ConnectionPurpose::kAdministration};
    pqxx::work transaction{connection.pqxx()};
    transaction.exec(kClear);
    transaction.commit();
    return {};
  } catch (...) {
    return tl::unexpected{current_failure().error};
  }
}

}  // namespace zenzefi::infra
