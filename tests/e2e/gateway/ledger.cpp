#include "ledger.hpp"

#include <gtest/gtest.h>

#include <pqxx/pqxx>

namespace zenzefi::test {

std::string query_value(const Stack& stack, const std::string& sql) {
  pqxx::connection connection{stack.database.connection_string()};
  pqxx::nontransaction work{connection};
  const pqxx::result rows = work.exec(sql);
  return rows.empty() ? "" : std::string{rows[0][0].c_str()};
}

std::string fingerprint(const Stack& stack) {
  return query_value(stack, R"(
      SELECT concat_ws(' ',
          (SELECT count(*) FROM users), (SELECT sum(currency_balance) FROM users),
          (SELECT count(*) FROM access_tokens),
          (SELECT count(*) FROM access_tokens WHERE activated_at IS NOT NULL),
          (SELECT count(*) FROM access_tokens WHERE revoked_at IS NOT NULL),
          (SELECT count(*) FROM transactions), (SELECT count(*) FROM sessions),
          (SELECT count(*) FROM idempotency_keys)))");
}

void expect_ledger_adds_up(const Stack& stack) {
  EXPECT_EQ(query_value(stack, R"(
      SELECT count(*) FROM users u
       WHERE currency_balance < 0
          OR currency_balance <> (SELECT coalesce(sum(amount), 0) FROM transactions t
                                   WHERE t.user_id = u.id))"),
            "0");
  const auto [status, output] = stack.auth.command({"reconcile"});
  EXPECT_EQ(status, 0) << output;
}

}  // namespace zenzefi::test
