// The database as the use cases see it: units of work that happen as a whole or not at all.
#pragma once

#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "app/store/access_token_store.hpp"
#include "app/store/audit_log.hpp"
#include "app/store/idempotency_store.hpp"
#include "app/store/ledger.hpp"
#include "app/store/outbox.hpp"
#include "app/store/payment_store.hpp"
#include "app/store/proxy_session_store.hpp"
#include "app/store/session_store.hpp"
#include "app/store/two_factor_store.hpp"
#include "app/store/user_store.hpp"
#include "domain/error.hpp"

namespace zenzefi::app {

// Good within the callback it was handed to, on that thread. Its methods throw what only the
// database's implementation catches; a use case lets it pass.
class Transaction {
 public:
  Transaction() = default;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  virtual ~Transaction() = default;

  virtual UserStore& users() = 0;
  virtual AccessTokenStore& tokens() = 0;
  virtual Ledger& ledger() = 0;
  virtual SessionStore& sessions() = 0;
  virtual Outbox& outbox() = 0;
  virtual IdempotencyStore& idempotency() = 0;
  virtual PaymentStore& payments() = 0;
  virtual AuditLog& audit() = 0;
  virtual ProxySessionStore& proxy_sessions() = 0;
  virtual TwoFactorStore& two_factor() = 0;

  // A const transaction can look, and nothing else.
  [[nodiscard]] virtual const UserStore& users() const = 0;
  [[nodiscard]] virtual const AccessTokenStore& tokens() const = 0;
  [[nodiscard]] virtual const Ledger& ledger() const = 0;
  [[nodiscard]] virtual const SessionStore& sessions() const = 0;
  [[nodiscard]] virtual const AuditLog& audit() const = 0;
  [[nodiscard]] virtual const ProxySessionStore& proxy_sessions() const = 0;
  [[nodiscard]] virtual const TwoFactorStore& two_factor() const = 0;
};

// Thread-safe. Holds one pooled connection while a callback runs, so nothing slow (hashing a
// password, asking Redis or a payment provider) belongs in one.
class Database {
 public:
  Database() = default;
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  virtual ~Database() = default;

  // `work(Transaction&)` returns a domain::Result. A value commits; an error rolls back and is
  // returned. After a serialization failure, a deadlock, or a connection lost before COMMIT was
  // sent, the work is run again, so it must not have effects outside the transaction.
  //
  // Errors of its own: kRuleViolated for a duplicate e-mail or username; kUnavailable when no
  // connection can be had in time or a statement takes too long, and also when the connection
  // breaks in COMMIT: then nobody knows whether it happened. kInternal for the rest.
  template <typename Work>
  auto run(Work&& work) -> std::invoke_result_t<Work&, Transaction&> {
    return collect<std::invoke_result_t<Work&, Transaction&>>(
        [&](const auto& callback) { return execute(callback); }, work);
  }

  // As run(), for `work(const Transaction&)`: only looks, outside any transaction, each query at
  // its own moment. A round trip for each query and none besides.
  template <typename Work>
  auto read(Work&& work) -> std::invoke_result_t<Work&, const Transaction&> {
    return collect<std::invoke_result_t<Work&, const Transaction&>>(
        [&](const auto& callback) { return execute_read(callback); }, work);
  }

  virtual domain::Result<void> ping() = 0;

 protected:
  using Callback = std::function<domain::Result<void>(Transaction&)>;
  using ReadCallback = std::function<domain::Result<void>(const Transaction&)>;

  virtual domain::Result<void> execute(const Callback& callback) = 0;
  virtual domain::Result<void> execute_read(const ReadCallback& callback) = 0;

 private:
  template <typename Outcome, typename Execute, typename Work>
  static Outcome collect(const Execute& execute, Work& work) {
    std::optional<Outcome> outcome;
    const domain::Result<void> done = execute([&](auto& transaction) -> domain::Result<void> {
      outcome.emplace(work(transaction));
      if (!*outcome) {
        return tl::unexpected{outcome->error()};
      }
      return {};
    });
    if (!done) {
      return tl::unexpected{done.error()};
    }
    return std::move(*outcome);
  }
};

}  // namespace zenzefi::app
