#include "infra/postgres/earlier_tables.hpp"

#include "infra/postgres/one_moment.hpp"
#include "infra/postgres/pqxx_compat.hpp"
#include "infra/postgres/row_reader.hpp"

namespace zenzefi::infra {
namespace {

// In JSON a column that is not there reads as empty. Times that are kept without a zone stay
// without one, and mean UTC.
constexpr auto kUserColumns =
    "SELECT coalesce(j->>'id', ''), coalesce(j->>'email', ''), coalesce(j->>'username', ''), "
    "coalesce(j->>'hashed_password', ''), j->>'full_name', coalesce(j->>'currency_balance', '0'), "
    "coalesce((j->>'is_active')::boolean, true), "
    "coalesce((j->>'is_superuser')::boolean, false) OR coalesce(j->>'role', '') = 'admin' "
    "FROM (SELECT to_jsonb(t) AS j FROM ";
constexpr auto kTokenColumns =
    "SELECT coalesce(j->>'id', ''), coalesce(j->>'user_id', ''), coalesce(j->>'token', ''), "
    "coalesce(j->>'duration_hours', ''), j->>'activated_at', j->>'expires_at', "
    "coalesce((j->>'is_active')::boolean, true) AND j->>'revoked_at' IS NULL "
    "FROM (SELECT to_jsonb(t) AS j FROM ";

std::string query(pqxx::transaction_base& transaction, const char* columns,
                  const std::string& schema, const char* table) {
  return columns + transaction.quote_name(schema) + "." + table + " t) rows ORDER BY j->>'id'";
}

app::EarlierUser read_earlier_user(const pqxx::row& row) {
  RowReader reader{row};
  app::EarlierUser user;
  user.id = reader.text();
  user.email = reader.text();
  user.username = reader.text();
  user.hashed_password = reader.text();
  user.full_name = reader.optional_text();
  user.balance = reader.text();
  user.is_active = reader.flag();
  user.is_admin = reader.flag();
  return user;
}

app::EarlierToken read_earlier_token(const pqxx::row& row) {
  RowReader reader{row};
  app::EarlierToken token;
  token.id = reader.text();
  token.user_id = reader.text();
  token.token = reader.text();
  token.duration_hours = reader.text();
  token.activated_at = reader.optional_text();
  token.expires_at = reader.optional_text();
  token.is_active = reader.flag();
  return token;
}

}  // namespace

domain::Result<app::EarlierDeployment> read_earlier_tables(const std::string& dsn,
                                                           const std::string& schema) {
  try {
    pqxx::connection connection{dsn};
    pqxx_compat::forbid_reconnecting(connection);
    const pqxx_compat::Silence silence{connection};
    pqxx::work transaction{connection};
    transaction.exec(kOneMoment);
    transaction.exec("SET LOCAL TimeZone = 'UTC'");
    app::EarlierDeployment deployment;
    for (const auto& row : transaction.exec(query(transaction, kUserColumns, schema, "users"))) {
      deployment.users.push_back(read_earlier_user(row));
    }
    for (const auto& row :
         transaction.exec(query(transaction, kTokenColumns, schema, "access_tokens"))) {
      deployment.tokens.push_back(read_earlier_token(row));
    }
    return deployment;
  } catch (const std::exception& error) {
    const std::string_view what = error.what();
    return domain::fail(
        domain::ErrorCode::kUnavailable,
        "cannot read the earlier deployment: " + std::string{what.substr(0, what.find('\n'))});
  }
}

}  // namespace zenzefi::infra
