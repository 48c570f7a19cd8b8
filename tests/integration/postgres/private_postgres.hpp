// Databases of shared_postgres(), one for each test.
#pragma once

#include <string>

#include "app/database.hpp"
#include "domain/access_token.hpp"
#include "domain/user.hpp"
#include "infra/postgres/settings.hpp"
#include "tests/support/postgres_server.hpp"

namespace zenzefi::test {

[[nodiscard]] infra::PostgresSettings settings_for(const DatabaseAddress& address);

// An empty database, and one with the schema.
[[nodiscard]] infra::PostgresSettings empty_database();
[[nodiscard]] infra::PostgresSettings migrated_database();

// What a query says, as the superuser, who no trigger of ours stops from looking. One value.
std::string ask(const infra::PostgresSettings& settings, const std::string& sql);
// Runs statements as the database's owner. Returns the SQLSTATE, empty for success.
std::string attempt(const infra::PostgresSettings& settings, const std::string& sql);

[[nodiscard]] Uuid random_uuid();
[[nodiscard]] TokenHash random_hash();

// A new account with that balance, booked as a deposit.
Uuid add_user(app::Database& database, domain::Money balance = {});
// A token for a day, paid with 18.00 from that user's balance.
domain::AccessToken add_token(app::Database& database, const Uuid& user_id);

}  // namespace zenzefi::test
