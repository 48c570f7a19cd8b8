// What the in-memory database holds: a value, so that a unit of work runs on a copy and is taken
// over as a whole or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "app/store/access_token_store.hpp"
#include "app/store/audit_log.hpp"
#include "app/store/idempotency_store.hpp"
#include "app/store/outbox.hpp"
#include "app/store/payment_store.hpp"
#include "app/store/two_factor_store.hpp"
#include "domain/access_token.hpp"
#include "domain/error.hpp"
#include "domain/ledger_entry.hpp"
#include "domain/proxy_session.hpp"
#include "domain/session.hpp"
#include "domain/user.hpp"

namespace zenzefi::test {

struct StoredKey {
  app::IdempotencyScope scope;
  app::IdempotentPurchase purchase;
  Timestamp taken_at;
};

struct StoredAuditEntry {
  app::AuditLog::NewEntry entry;
  Timestamp created_at;
};

struct StoredBackupCode {
  Uuid user_id;
  TokenHash hash;
  bool used = false;
};

struct StoredPayment {
  app::PaymentStore::NewPayment payment;
  app::PaymentStatus status = app::PaymentStatus::kPending;
  std::string reason;
};

struct State {
  std::map<Uuid, domain::User> users;
  std::vector<domain::AccessToken> tokens;  // oldest first, as all lists here
  std::vector<domain::LedgerEntry> ledger;
  std::map<Uuid, domain::Session> sessions;
  std::vector<domain::RefreshToken> refresh_tokens;
  std::vector<app::AccessTokenStore::Extension> extensions;
  std::vector<StoredAuditEntry> audit;
  std::vector<StoredKey> idempotency_keys;
  std::vector<app::PendingInvalidation> outbox;
  bool outbox_is_overdue = false;  // by what other instances hold
  std::int64_t next_outbox_id = 1;
  std::map<std::pair<std::string, std::string>, StoredPayment> payments;
  std::vector<domain::ProxySession> proxy_sessions;
  std::map<Uuid, app::SecondFactor> second_factors;
  std::vector<StoredBackupCode> backup_codes;
  std::map<std::pair<decltype(Uuid::bytes), std::uint64_t>, Timestamp> usage_batches;
};

// What a violated constraint does to a transaction.
struct ConstraintViolation {
  domain::Error error;
};

}  // namespace zenzefi::test
