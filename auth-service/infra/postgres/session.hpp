// Statements, run within a transaction.
#pragma once

#include "infra/postgres/connection.hpp"
#include "infra/postgres/parameters.hpp"
#include "infra/postgres/pqxx_compat.hpp"

namespace zenzefi::infra {

// Constants, one for each place that asks something. Prepared on each connection at the first use:
// planned once, and values never become part of the text.
struct Statement {
  const char* name;  // unique
  const char* sql;
};

// A time as whole seconds, cut off: nothing lasts longer than it says.
#define ZENZEFI_EPOCH(column) "floor(extract(epoch FROM " column "))::bigint"

// One transaction on one connection. Not thread-safe.
class Session {
 public:
  Session(Connection& connection, pqxx::transaction_base& transaction)
      : connection_(connection), transaction_(transaction) {}

  template <typename... Values>
  pqxx::result execute(const Statement& statement, const Values&... values) {
    const std::string name{statement.name};
    connection_.ensure_prepared(name, statement.sql);
    return pqxx_compat::execute_prepared(transaction_, name, Parameters{values...}.values());
  }

 private:
  Connection& connection_;
  pqxx::transaction_base& transaction_;
};

}  // namespace zenzefi::infra
