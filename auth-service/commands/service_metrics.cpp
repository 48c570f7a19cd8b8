#include "commands/service_metrics.hpp"

#include <cstdlib>
#include <exception>
#include <utility>

namespace zenzefi::commands {
namespace {

using domain::AuditAction;
using domain::TransactionType;
using http::Sample;
using Labels = std::vector<std::pair<std::string, std::string>>;

Sample counter(std::string name, std::string help, Labels labels, double value) {
  return {Sample::Type::kCounter, std::move(name), std::move(help), std::move(labels), value};
}

Sample gauge(std::string name, std::string help, Labels labels, double value) {
  return {Sample::Type::kGauge, std::move(name), std::move(help), std::move(labels), value};
}

template <typename T>
std::optional<T> value_of(const domain::Result<T>& result) {
  return result ? std::optional<T>{*result} : std::nullopt;
}

void append_backlog(std::vector<Sample>& out, const infra::PostgresDatabase::Backlog& backlog) {
  out.push_back(gauge("zenzefi_outbox_rows", "Invalidations that Redis has not confirmed", {},
                      static_cast<double>(backlog.outbox_rows)));
  out.push_back(gauge("zenzefi_outbox_oldest_seconds", "Age of the oldest of them", {},
                      static_cast<double>(backlog.outbox_oldest.count())));
  out.push_back(
      gauge("zenzefi_payments_open",
            "Payments that are neither credited nor given back, but for the last minutes'", {},
            static_cast<double>(backlog.open_payments)));
}

void append_connections(std::vector<Sample>& out,
                        const infra::PostgresDatabase::ConnectionCounts& counts) {
  constexpr auto kName = "zenzefi_postgres_connections";
  constexpr auto kHelp = "Connections to PostgreSQL";
  out.push_back(gauge(kName, kHelp, {{"state", "open"}}, static_cast<double>(counts.open)));
  out.push_back(gauge(kName, kHelp, {{"state", "idle"}}, static_cast<double>(counts.idle)));
  out.push_back(counter("zenzefi_postgres_waits_total", "Waits for a free connection", {},
                        static_cast<double>(counts.waits)));
  out.push_back(counter("zenzefi_postgres_wait_seconds_total", "Time spent in them", {},
                        std::chrono::duration<double>(counts.waited).count()));
  out.push_back(counter("zenzefi_postgres_wait_timeouts_total", "Those that were in vain", {},
                        static_cast<double>(counts.timeouts)));
}

}  // namespace

// Whatever alerts look at is there from the start, so that its first time is an increase.
ServiceMetrics::ServiceMetrics() {
  for (const AuditAction action :
       {AuditAction::kLoginSucceeded, AuditAction::kLoginFailed, AuditAction::kRefreshTokenReused,
        AuditAction::kAccountRegistered, AuditAction::kCreditsPurchased, AuditAction::kPaymentHeld,
        AuditAction::kTokenPurchased, AuditAction::kTokenExtended, AuditAction::kTokenActivated,
        AuditAction::kTokenRevoked}) {
    actions_.try_emplace(std::string{domain::to_string(action)});
  }
  for (const TransactionType type : {TransactionType::kDeposit, TransactionType::kPurchase,
                                     TransactionType::kRefund, TransactionType::kAdjustment}) {
    movements_.try_emplace(std::string{domain::to_string(type)});
  }
}

void ServiceMetrics::note(const infra::Happened& happened) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    for (const AuditAction action : happened.actions) {
      ++actions_[std::string{domain::to_string(action)}];
    }
    for (const auto& [type, amount] : happened.entries) {
      Movements& movements = movements_[std::string{domain::to_string(type)}];
      ++movements.count;
      movements.cents += std::abs(amount.cents());
    }
  } catch (const std::exception&) {
    // Out of memory: what was committed matters more than its place in the statistics.
  }
}

std::chrono::milliseconds ServiceMetrics::look(infra::PostgresDatabase& database,
                                               app::GrantCache& cache) {
  const bool postgres_is_up = database.ping().has_value();
  const auto backlog = postgres_is_up ? value_of(database.backlog()) : std::nullopt;
  const bool redis_is_up = cache.ping().has_value();
  const bool counts = postgres_is_up && Clock::now() >= next_count_;
  // Of many it takes long, and is then ended by the server.
  const auto active_tokens = counts ? value_of(database.count_active_tokens()) : std::nullopt;
  const auto missing_usage = counts ? value_of(database.count_missing_usage()) : std::nullopt;
  const std::lock_guard lock(mutex_);
  postgres_is_up_ = postgres_is_up;
  backlog_ = backlog;
  if (counts) {
    active_tokens_ = active_tokens;
    missing_usage_ = missing_usage;
    next_count_ = Clock::now() + kCountInterval;
  }
  connections_ = database.connections();
  redis_is_up_ = redis_is_up;
  return postgres_is_up && redis_is_up ? kInterval : kRetry;
}

std::vector<Sample> ServiceMetrics::samples() const {
  std::vector<Sample> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [action, count] : actions_) {
    out.push_back(counter("zenzefi_events_total", "What happened, as the audit log calls it",
                          {{"action", action}}, static_cast<double>(count)));
  }
  for (const auto& [type, movements] : movements_) {
    out.push_back(counter("zenzefi_ledger_entries_total", "Movements on balances", {{"type", type}},
                          static_cast<double>(movements.count)));
  }
  for (const auto& [type, movements] : movements_) {
    out.push_back(counter("zenzefi_ledger_credits_total", "Credits moved, either way",
                          {{"type", type}}, static_cast<double>(movements.cents) / 100));
  }
  out.push_back(
      gauge("zenzefi_postgres_up", "Whether PostgreSQL answers", {}, postgres_is_up_ ? 1 : 0));
  out.push_back(gauge("zenzefi_redis_up", "Whether Redis answers", {}, redis_is_up_ ? 1 : 0));
  append_connections(out, connections_);
  if (backlog_) {
    append_backlog(out, *backlog_);
  }
  if (postgres_is_up_ && active_tokens_) {
    out.push_back(gauge("zenzefi_active_tokens", "Access tokens whose time runs", {},
                        static_cast<double>(*active_tokens_)));
  }
  if (postgres_is_up_ && missing_usage_) {
    out.push_back(gauge("zenzefi_usage_batches_missing",
                        "Batches of usage of the last day that never came", {},
                        static_cast<double>(*missing_usage_)));
  }
  return out;
}

}  // namespace zenzefi::commands
