#include "commands/data.hpp"

#include <iostream>

#include "app/account/create_superuser.hpp"
#include "app/two_factor/reset_two_factor.hpp"
#include "commands/report.hpp"
#include "infra/crypto/openssl_entropy.hpp"
#include "infra/postgres/audit_verifier.hpp"
#include "infra/postgres/maintenance.hpp"
#include "infra/postgres/migrator.hpp"
#include "infra/postgres/postgres_database.hpp"
#include "infra/postgres/reconciler.hpp"
#include "infra/redis/redis_grant_cache.hpp"

namespace zenzefi::commands {
namespace {

// What Redis still holds would let tokens pass that are not there any more.
int clear_cache(const infra::RedisAddress& address) {
  infra::RedisGrantCache cache({.address = address});
  const auto cleared = cache.clear();
  return cleared ? 0 : report(cleared.error());
}

// One connection, for one command.
infra::PostgresSettings without_spares(infra::PostgresSettings settings) {
  settings.pool_min = 0;
  return settings;
}

}  // namespace

int create_superuser(const CreateSuperuserCommand& command,
                     const config::AccountSettings& settings) {
  infra::PostgresDatabase database(without_spares(settings.postgres));
  infra::Argon2PasswordHasher hasher(settings.argon2);
  infra::OpensslEntropy entropy;
  const auto made =
      app::CreateSuperuser(database, hasher, entropy)
          .run(
              {.email = command.email, .username = command.username, .password = command.password});
  if (!made) {
    return report(made.error());
  }
  std::cout << made->user.email << ": "
            << (made->created    ? "created"
                : made->promoted ? "made an active administrator"
                                 : "is an active administrator already")
            << '\n';
  return 0;
}

int disable_two_factor(const DisableTwoFactorCommand& command,
                       const infra::PostgresSettings& settings) {
  infra::PostgresDatabase database(without_spares(settings));
  const auto done = app::ResetTwoFactor(database).run(command.email);
  if (!done) {
    return report(done.error());
  }
  std::cout << done->user.email << ": two-factor authentication "
            << (done->was_enabled ? "disabled" : "was not enabled") << '\n';
  return 0;
}

int reset(const config::StorageSettings& settings) {
  const auto done = infra::Migrator(settings.postgres).reset();
  return done ? clear_cache(settings.redis) : report(done.error());
}

int clear(const config::StorageSettings& settings) {
  const auto done = infra::clear_data(settings.postgres);
  return done ? clear_cache(settings.redis) : report(done.error());
}

int reconcile(const infra::PostgresSettings& settings) {
  const auto discrepancies = infra::reconcile(settings);
  if (!discrepancies) {
    return report(discrepancies.error());
  }
  for (const infra::Discrepancy& discrepancy : *discrepancies) {
    std::cout << discrepancy.to_string() << '\n';
  }
  std::cout << (discrepancies->empty() ? "ledger, balances, payments and tokens agree"
                                       : "ledger, balances, payments and tokens differ")
            << '\n';
  return discrepancies->empty() ? 0 : 1;
}

int verify_audit(const infra::PostgresSettings& settings) {
  const auto verdict = infra::verify_audit_log(settings);
  if (!verdict) {
    return report(verdict.error());
  }
  if (verdict->first_broken) {
    std::cout << verdict->first_broken->to_string() << '\n';
    return 1;
  }
  std::cout << "audit log: " << verdict->entries << " entries, none changed or missing\n";
  return 0;
}

}  // namespace zenzefi::commands
