#include "infra/postgres/reconciler.hpp"

#include "domain/access_token.hpp"
#include "infra/postgres/connection.hpp"
#include "infra/postgres/failure.hpp"
#include "infra/postgres/one_moment.hpp"
#include "infra/postgres/row_reader.hpp"
#include "infra/postgres/session.hpp"

namespace zenzefi::infra {
namespace {

using Discrepancies = std::vector<Discrepancy>;

constexpr char kBalances[] =
    "SELECT u.id, coalesce(sum(t.amount), 0)::numeric(20, 2), u.currency_balance "
    "FROM users u LEFT JOIN transactions t ON t.user_id = u.id GROUP BY u.id "
    "HAVING coalesce(sum(t.amount), 0) <> u.currency_balance ORDER BY u.id";

// Extensions are purchases too, and part of price_paid.
constexpr char kPurchases[] =
    "SELECT a.id, a.price_paid, coalesce(-sum(t.amount), 0)::numeric(20, 2) FROM access_tokens a "
    "LEFT JOIN transactions t ON t.token_id = a.id AND t.transaction_type = 'purchase' "
    "GROUP BY a.id HAVING coalesce(-sum(t.amount), 0) <> a.price_paid ORDER BY a.id";

// Every token that was revoked or refunded; whether the amount is right is the domain's to say.
constexpr char kRefunds[] =
    "SELECT a.id, a.duration_hours, a.price_paid, " ZENZEFI_EPOCH(
        "a.activated_at") ", " ZENZEFI_EPOCH("a.revoked_at") ", "
    "count(t.id), coalesce(sum(t.amount), 0)::numeric(20, 2) FROM access_tokens a "
    "LEFT JOIN transactions t ON t.token_id = a.id AND t.transaction_type = 'refund' "
    "GROUP BY a.id HAVING a.revoked_at IS NOT NULL OR count(t.id) > 0 ORDER BY a.id";

// Money nobody has any more, or should not have; a charge that is still under way is none of these.
constexpr char kPayments[] =
    "SELECT coalesce(p.user_id, '00000000-0000-0000-0000-000000000000'), "
    "p.paid || CASE p.status WHEN 'held' THEN ' held, because ' || p.reason "
    "WHEN 'pending' THEN ' asked for, and nobody knows whether it was taken' "
    "ELSE ' credited, and not in the ledger' END, p.provider || ' ' || p.reference "
    "FROM payments p LEFT JOIN transactions t ON t.id = p.transaction_id "
    "WHERE p.status = 'held' "
    "OR (p.status = 'pending' AND p.created_at < now() - interval '10 minutes') "
    "OR (p.status = 'booked' AND (t.amount, t.user_id) IS DISTINCT FROM (p.credits, p.user_id)) "
    "ORDER BY p.created_at";

void compare(Discrepancy::Kind kind, const char* sql, pqxx::transaction_base& transaction,
             Discrepancies& out) {
  for (const auto& row : transaction.exec(sql)) {
    RowReader reader{row};
    Discrepancy found{.kind = kind, .subject = reader.uuid(), .expected = {}, .found = {}};
    found.expected = reader.text();
    found.found = reader.text();
    out.push_back(std::move(found));
  }
}

domain::Money refund_due(domain::AccessToken token) {
  if (!token.revoked_at) {
    return {};
  }
  const Timestamp at = *token.revoked_at;
  token.revoked_at.reset();  // as it was the moment before
  return token.refund_at(at);
}

void compare_refunds(pqxx::transaction_base& transaction, Discrepancies& out) {
  for (const auto& row : transaction.exec(kRefunds)) {
    RowReader reader{row};
    domain::AccessToken token;
    token.id = reader.uuid();
    token.duration_hours = reader.hours();
    token.price_paid = reader.money();
    token.activated_at = reader.optional_time();
    token.revoked_at = reader.optional_time();
    const std::int64_t count = reader.integer();
    const std::string refunded = reader.text();
    const std::string due = refund_due(token).to_string();
    if (refunded != due || count > 1) {
      out.push_back({.kind = Discrepancy::Kind::kRefund,
                     .subject = token.id,
                     .expected = due,
                     .found = refunded + " in " + std::to_string(count)});
    }
  }
}

}  // namespace

std::string Discrepancy::to_string() const {
  const std::string id = subject.to_string();
  switch (kind) {
    case Kind::kBalance:
      return "user " + id + ": balance is " + found + ", its transactions add up to " + expected;
    case Kind::kPurchase:
      return "token " + id + ": purchases add up to " + found + ", price paid is " + expected;
    case Kind::kRefund:
      return "token " + id + ": refunds are " + found + ", due is " + expected + " in one at most";
    case Kind::kPayment:
      return "payment " + found + ": " + expected;
  }
  return {};
}

domain::Result<Discrepancies> reconcile(const PostgresSettings& settings) {
  try {
    Connection connection{settings, ConnectionPurpose::kAdministration};
    pqxx::work transaction{connection.pqxx()};
    transaction.exec(kOneMoment);
    Discrepancies out;
    compare(Discrepancy::Kind::kBalance, kBalances, transaction, out);
    compare(Discrepancy::Kind::kPurchase, kPurchases, transaction, out);
    compare_refunds(transaction, out);
    compare(Discrepancy::Kind::kPayment, kPayments, transaction, out);
    return out;
  } catch (...) {
    return tl::unexpected{current_failure().error};
  }
}

}  // namespace zenzefi::infra
