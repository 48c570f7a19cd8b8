#include "tests/integration/postgres/private_postgres.hpp"

#include <openssl/rand.h>

#include <pqxx/pqxx>
#include <stdexcept>

#include "infra/postgres/migrator.hpp"

namespace zenzefi::test {
namespace {

template <typename Bytes>
void fill_randomly(Bytes& bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no randomness");
  }
}

std::string address_of(const infra::PostgresSettings& settings) {
  return DatabaseAddress{.port = settings.port,
                         .user = settings.user,
                         .password = settings.password,
                         .name = settings.database}
      .connection_string();
}

template <typename T>
T must(domain::Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().detail);
  }
  return *std::move(result);
}

}  // namespace

infra::PostgresSettings settings_for(const DatabaseAddress& address) {
  infra::PostgresSettings settings;
  settings.host = address.host;
  settings.port = address.port;
  settings.user = address.user;
  settings.password = address.password;
  settings.database = address.name;
  settings.pool_min = 1;
  return settings;
}

infra::PostgresSettings empty_database() {
  return settings_for(shared_postgres().create_database());
}

infra::PostgresSettings migrated_database() {
  const auto settings = empty_database();
  must(infra::Migrator{settings}.up());
  return settings;
}

std::string ask(const infra::PostgresSettings& settings, const std::string& sql) {
  pqxx::connection connection{address_of(settings)};
  pqxx::nontransaction work{connection};
  const pqxx::result result = work.exec(sql);
  return result.at(0).at(0).is_null() ? "NULL" : result.at(0).at(0).as<std::string>();
}

std::string attempt(const infra::PostgresSettings& settings, const std::string& sql) {
  pqxx::connection connection{address_of(settings)};
  pqxx::work work{connection};
  try {
    work.exec(sql);
    work.commit();
    return {};
  } catch (const pqxx::sql_error& error) {
    return error.sqlstate();
  }
}

Uuid random_uuid() {
  Uuid id;
  fill_randomly(id.bytes);
  return id;
}

TokenHash random_hash() {
  TokenHash hash;
  fill_randomly(hash.bytes);
  return hash;
}

Uuid add_user(app::Database& database, domain::Money balance) {
  const Uuid id = random_uuid();
  const std::string name = "u" + id.to_string();
  must(database.run([&](app::Transaction& transaction) -> domain::Result<bool> {
    transaction.users().insert({.id = id,
                                .email = name + "@example.com",
                                .username = name,
                                .hashed_password = "x",
                                .full_name = {}});
    if (balance > domain::Money{}) {
      transaction.users().lock(id);
      transaction.ledger().book({.id = random_uuid(),
                                 .user_id = id,
                                 .amount = balance,
                                 .transaction_type = domain::TransactionType::kDeposit,
                                 .description = "Deposit",
                                 .token_id = {}});
    }
    return true;
  }));
  return id;
}

domain::AccessToken add_token(app::Database& database, const Uuid& user_id) {
  const auto price = domain::Money::from_cents(18'00);
  return must(
      database.run([&](app::Transaction& transaction) -> domain::Result<domain::AccessToken> {
        transaction.users().lock(user_id);
        auto token = transaction.tokens().insert({.id = random_uuid(),
                                                  .user_id = user_id,
                                                  .hash = random_hash(),
                                                  .sealed = std::string{"\0\x01sealed\xff", 9},
                                                  .duration_hours = 24,
                                                  .price_paid = price});
        transaction.ledger().book({.id = random_uuid(),
                                   .user_id = user_id,
                                   .amount = -price,
                                   .transaction_type = domain::TransactionType::kPurchase,
                                   .description = "Token",
                                   .token_id = token.id});
        return token;
      }));
}

}  // namespace zenzefi::test
